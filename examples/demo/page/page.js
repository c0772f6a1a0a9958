import { ask } from "/ask.js";

const COLUMNS = [
  "Server", "Expected", "In this browser", "Over plain HTTP", "CORS headers (plain HTTP)", "Why blocked",
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
  const total = plan.checks.length * plan.servers.length;
  for (const place of places.values()) {
    wait(place);
  }
  for (const check of plan.checks) {
    summary.textContent = `Asking: ${check.title} (${report.length} of ${total} done).`;
    await Promise.all(plan.servers.map(async (server) => {
      const seen = await (check.from_unlisted ? askSecond : ask)(check, server.base);
      report.push({ check: check.id, server: server.name, ...seen });
      verdict(places.get(`${check.id} ${server.name}`), seen, isExpected(check, server.name, seen));
    }));
  }
  conclude(report);
  again.disabled = false;
  await fetch("/report", { method: "POST", body: JSON.stringify(report) });
}

function conclude(report) {
  const checks = new Map(plan.checks.map((check) => [check.id, check]));
  const good = report.filter((seen) => isExpected(checks.get(seen.check), seen.server, seen)).length;
  const plain = plan.plain.filter((row) => row.asExpected).length;
  summary.textContent = `${good} of ${report.length} as expected in this browser, `
    + `${plain} of ${plan.plain.length} over plain HTTP.`;
  summary.dataset.state = good + plain === report.length + plan.plain.length ? "good" : "bad";
}

function isExpected(check, server, seen) {
  if (check.status === null) {
    return seen.outcome === "blocked";
  }
  return seen.outcome === "readable" && seen.status === check.status
    && seen.text === `${check.message}, served by ${server}`;
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
  return data?.seen
    ?? { outcome: "failed", status: null, text: "the second page did not answer", note: "" };
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
  places.set(`${check.id} ${row.server}`, browser);
  wait(browser);
  verdict(plain, row.seen, row.asExpected);
  const contents = [
    row.server, check.expected, browser, plain, headers(row, first), row.why || "Not blocked.",
  ];
  return element("tr", { role: "row" }, ...contents.map((content, index) => {
    const [name, role] = index === 0 ? ["th", "rowheader"] : ["td", "cell"];
    const attributes = { role, "data-label": COLUMNS[index] };
    if (index === 0) {
      attributes.scope = "row";
    } else if (index === 5 && !row.why) {
      attributes.class = "nothing";
    }
    return element(name, attributes, element("div", {}, content));
  }));
}

function wait(place) {
  place.replaceChildren(element("span", { class: "badge", "data-state": "waiting" }, "Waiting"));
}

function verdict(place, seen, good) {
  const outcome = { readable: "Readable", blocked: "Blocked", failed: "Failed" }[seen.outcome];
  const words = `${outcome}, ${good ? "as expected" : "not as expected"}`;
  const details = [seen.status && `status ${seen.status}`, seen.text, seen.note].filter(Boolean);
  place.replaceChildren(
    element("span", { class: "badge", "data-state": good ? "good" : "bad" }, words),
    details.join(", "),
  );
}

function headers(row, first) {
  if (row !== first && JSON.stringify(row.exchanges) === JSON.stringify(first.exchanges)) {
    return element("span", { class: "same" }, `Same as ${first.server}, byte for byte.`);
  }
  return element("div", { class: "headers" }, ...row.exchanges.flatMap((exchange) => [
    element("strong", {}, exchange.label),
    element("code", {}, exchange.headers.map(([name, value]) => `${name}: ${value}`).join("\n") || "none"),
  ]));
}
