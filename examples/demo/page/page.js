import { ask } from "/ask.js";

const COLUMNS = [
  "Server", "Expected", "In this browser", "Over plain HTTP", "CORS headers (plain HTTP)", "Why",
];
// Longer than one request may take in the second page.
const MILLISECONDS = 20000;
const summary = document.getElementById("summary");
const again = document.getElementById("again");
const frame = document.getElementById("second");

const plan = await (await fetch("/plan.json")).json();
const places = new Map();
let questions = 0;

showFacts();
showTable();
await openSecond();
again.addEventListener("click", run);
await run();

async function run() {
  again.disabled = true;
  delete summary.dataset.state;
  const report = [];
  const bad = [];
  const total = plan.checks.length * plan.servers.length;
  for (const place of places.values()) {
    wait(place);
  }
  for (const check of plan.checks) {
    summary.textContent = `Asking: ${check.title} (${report.length} of ${total} done).`;
    await Promise.all(plan.servers.map(async (server) => {
      const seen = await (check.from_unlisted ? askSecond : ask)(check, server.base);
      const place = places.get(`${check.id} ${server.name}`);
      const fault = findFault(check, place.row, seen);
      report.push({ check: check.id, server: server.name, ...seen });
      if (fault) {
        bad.push(place.row);
      }
      verdict(place.browser, seen, fault);
      explain(place, fault);
    }));
  }
  conclude(bad, plan.plain.filter((row) => !row.asExpected));
  again.disabled = false;
  await fetch("/report", { method: "POST", body: JSON.stringify(report) }).catch(sayGone);
}

function conclude(browser, plain) {
  const total = plan.plain.length;
  const lines = [
    `${total - browser.length} of ${total} as expected in this browser, `
      + `${total - plain.length} of ${total} over plain HTTP.`,
  ];
  if (browser.length) {
    lines.push(`Not as expected in this browser: ${list(browser)}.`);
  }
  if (plain.length) {
    lines.push(`Not as expected over plain HTTP: ${list(plain)}.`);
  }
  summary.replaceChildren(...lines.map((line) => element("div", {}, line)));
  summary.dataset.state = lines.length === 1 ? "good" : "bad";
}

// Names each request once, with its servers.
function list(rows) {
  const found = plan.checks.map((check) => {
    const failed = (server) => rows.some((row) => row.check === check.id && row.server === server.name);
    const servers = plan.servers.filter(failed).map((server) => server.name);
    return servers.length ? `${check.title} (${servers.join(", ")})` : "";
  });
  return found.filter(Boolean).join(", ");
}

function sayGone() {
  summary.prepend(element("div", {}, "The server of this page did not answer: start the demo again."));
  summary.dataset.state = "bad";
}

// Says why the request did not come to what it must; "" if it did.
function findFault(check, row, seen) {
  const good = check.status === null
    ? seen.outcome === "blocked"
    : seen.outcome === "readable" && seen.status === check.status
      && seen.text === `${check.message}, served by ${row.server}`;
  return good ? "" : seen.why || `Expected: ${row.wanted}.`;
}

function openSecond() {
  const ready = hear((data) => data === "ready");
  frame.src = `${plan.second}/`;
  return ready;
}

async function askSecond(check, base) {
  questions += 1;
  const number = questions;
  const answer = hear((data) => data.number === number);
  frame.contentWindow.postMessage({ check, base, number }, plan.second);
  const data = await answer;
  const why = "The second page did not answer.";
  return data?.seen ?? { outcome: "failed", status: null, text: "no answer", note: "", why };
}

// Gives the first matching message of the second page, or null after a while.
function hear(matches) {
  return new Promise((resolve) => {
    const stop = new AbortController();
    setTimeout(() => { stop.abort(); resolve(null); }, MILLISECONDS);
    window.addEventListener("message", (event) => {
      if (event.origin === plan.second && matches(event.data)) {
        stop.abort();
        resolve(event.data);
      }
    }, { signal: stop.signal });
  });
}

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

function showFacts() {
  const facts = [
    ["This page", plan.origin, "listed in the policy"],
    ["Second page", plan.second, "not listed"],
    ...plan.servers.map((server) => [server.name, server.base, "the API"]),
  ];
  document.getElementById("facts").append(...facts.map(([name, address, role]) => element(
    "div", {},
    element("dt", {}, name),
    element("dd", {}, element("code", {}, address), element("span", {}, role)),
  )));
  document.getElementById("policy").textContent = plan.policy;
}

function showTable() {
  const table = document.getElementById("table");
  for (const check of plan.checks) {
    const id = `check-${check.id}`;
    const rows = plan.plain.filter((row) => row.check === check.id);
    const title = element(
      "th", { role: "rowheader", scope: "rowgroup", colspan: COLUMNS.length, class: "request", id },
      element("span", {}, check.title), " ", element("code", {}, `${check.method} ${check.path}`),
    );
    table.append(element(
      "tbody", { role: "rowgroup", "aria-labelledby": id },
      element("tr", { role: "row" }, title),
      ...rows.map((row) => showRow(check, row, rows[0])),
    ));
  }
}

function showRow(check, row, first) {
  const browser = element("div", {});
  const plain = element("div", {});
  const why = element("div", {});
  const place = { row, browser, why };
  places.set(`${check.id} ${row.server}`, place);
  wait(place);
  verdict(plain, row.seen, row.asExpected ? "" : row.why);
  const contents = [row.server, check.expected, browser, plain, headers(row, first), why];
  return element("tr", { role: "row" }, ...contents.map((content, index) => {
    const [name, role] = index === 0 ? ["th", "rowheader"] : ["td", "cell"];
    const scope = index === 0 ? { scope: "row" } : {};
    const attributes = { role, ...scope, "data-label": COLUMNS[index] };
    return element(name, attributes, element("div", {}, content));
  }));
}

function wait(place) {
  const badge = element("span", { class: "badge", "data-state": "waiting" }, "Waiting");
  place.browser.replaceChildren(badge);
  explain(place, "");
}

// Says why a request was blocked, or not as expected; `fault` is what this browser has to add.
function explain(place, fault) {
  const reasons = place.row.why ? [place.row.why] : [];
  // A server that is gone is gone for both, which is said once.
  if (fault && fault !== place.row.why) {
    reasons.push(`In this browser: ${fault}`);
  }
  const texts = reasons.length ? reasons : ["Not blocked."];
  place.why.className = reasons.length ? "" : "nothing";
  place.why.replaceChildren(...texts.map((text) => element("div", {}, text)));
}

function verdict(place, seen, fault) {
  const outcome = { readable: "Readable", blocked: "Blocked", failed: "Failed" }[seen.outcome];
  const words = `${outcome}, ${fault ? "not as expected" : "as expected"}`;
  const details = [seen.status && `status ${seen.status}`, seen.text, seen.note].filter(Boolean);
  place.replaceChildren(
    element("span", { class: "badge", "data-state": fault ? "bad" : "good" }, words),
    details.join(", "),
  );
}

function headers(row, first) {
  if (row.exchanges.length === 0) {
    return "none: no answer";
  }
  if (row !== first && JSON.stringify(row.exchanges) === JSON.stringify(first.exchanges)) {
    return element("span", { class: "same" }, `Same as ${first.server}, byte for byte.`);
  }
  return element("div", { class: "headers" }, ...row.exchanges.flatMap((exchange) => [
    element("strong", {}, exchange.label),
    element("code", {}, exchange.headers.map(([name, value]) => `${name}: ${value}`).join("\n") || "none"),
  ]));
}
