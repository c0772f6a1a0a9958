import { ask } from "/ask.js";

document.getElementById("origin").textContent = location.origin;

let asked = 0;

// Only the first page may frame this one (frame-ancestors), so only it can be the parent.
window.addEventListener("message", async (event) => {
  if (event.source !== window.parent) {
    return;
  }
  const { check, base, number } = event.data;
  const seen = await ask(check, base);
  asked += 1;
  document.getElementById("state").textContent = `Requests made from here: ${asked}.`;
  event.source.postMessage({ number, seen }, event.origin);
});

window.parent.postMessage("ready", "*");
