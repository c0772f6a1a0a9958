// Makes one request as a page does, and says what a script could see of it.
// Used by the page and by the second page on the unlisted origin.

// All checks together must end before whoever started the browser stops waiting.
const SECONDS = 8;
const ALIVE_SECONDS = 4;

export async function ask(check, base) {
  const url = base + check.path;
  try {
    let seen;
    for (let time = 0; time < check.times; time += 1) {
      seen = check.upload ? await upload(check, url) : await fetchOnce(check, url);
    }
    return seen;
  } catch (error) {
    const text = `${error.name}: ${error.message}`;
    return { status: null, text, note: "", ...await explain(error, base) };
  }
}

// A script is told the same of a refusal and of a dead server: only that it failed.
async function explain(error, base) {
  if (error.name === "TimeoutError") {
    return { outcome: "failed", why: `The server did not answer within ${SECONDS} seconds.` };
  }
  if (error.name !== "TypeError") {
    return { outcome: "failed", why: "" };
  }
  return await isAlive(base)
    ? { outcome: "blocked", why: "The browser kept the answer from the page; its console says why." }
    : { outcome: "failed", why: "The server did not answer." };
}

// Without CORS nothing can be read, but it is known that there was an answer.
async function isAlive(base) {
  try {
    await fetch(`${base}/api/orders`, {
      mode: "no-cors", cache: "no-store", signal: AbortSignal.timeout(1000 * ALIVE_SECONDS),
    });
    return true;
  } catch {
    return false;
  }
}

async function fetchOnce(check, url) {
  const response = await fetch(url, {
    method: check.method,
    headers: check.headers,
    body: check.body ?? undefined,
    credentials: check.credentials ? "include" : "same-origin",
    cache: "no-store",
    signal: AbortSignal.timeout(1000 * SECONDS),
  });
  return readable(response.status, await response.text(), response.headers.get("X-Served-By"), "");
}

function upload(check, url) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let events = 0;
    let sent = 0;
    request.open(check.method, url);
    request.timeout = 1000 * SECONDS;
    for (const [name, value] of Object.entries(check.headers)) {
      request.setRequestHeader(name, value);
    }
    request.upload.addEventListener("progress", (event) => {
      events += 1;
      sent = event.loaded;
    });
    request.addEventListener("load", () => {
      const note = sent === check.upload
        ? `progress came to ${sent} bytes (events: ${events})`
        : "no complete progress";
      const seen = readable(
        request.status, request.responseText, request.getResponseHeader("X-Served-By"), note,
      );
      resolve(sent === check.upload
        ? seen
        : { ...seen, outcome: "failed", why: "The listener was not told of the whole upload." });
    });
    request.addEventListener("error", () => reject(new TypeError("XMLHttpRequest error event")));
    request.addEventListener("timeout", () => {
      reject(new DOMException("XMLHttpRequest timeout event", "TimeoutError"));
    });
    request.send("x".repeat(check.upload));
  });
}

function readable(status, body, server, note) {
  let message;
  try {
    message = JSON.parse(body).message;
  } catch {
    message = "not the expected JSON";
  }
  const text = `${message}, served by ${server ?? "(not exposed)"}`;
  return { outcome: "readable", status, text, note, why: "" };
}
