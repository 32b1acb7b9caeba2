import { createHash } from "node:crypto";

const SCRIPT = `
const list = document.querySelector("tbody");
const shown = document.querySelector("main");
const call = async (path, method = "GET") => (await fetch("/api/" + path, { method })).json();
const element = (name, text) => Object.assign(document.createElement(name), { textContent: text });
async function show(id) {
  const message = await call("messages/" + id);
  const people = (list) => list.map(({ name, address }) => (name ? name + " <" + address + ">" : address)).join(", ");
  const fields = element("dl", "");
  for (const [name, text] of [
    ["From", people(message.from)], ["To", people(message.to)], ["Cc", people(message.cc)], ["Bcc", people(message.bcc)],
    ["Date", message.date ?? ""], ["Files", message.attachments.map(({ filename, contentType }) => filename ?? contentType).join(", ")],
  ]) if (text) fields.append(element("dt", name), element("dd", text));
  const raw = Object.assign(element("a", "source"), { href: "/api/messages/" + id + "/raw" });
  shown.replaceChildren(element("h2", message.subject), fields, raw);
  if (message.text !== undefined) shown.append(element("pre", message.text));
  if (message.html !== undefined)
    shown.append(Object.assign(document.createElement("iframe"), { src: "/api/messages/" + id + "/html", sandbox: "" }));
}
let known = "";
async function refresh() {
  const messages = await call("messages");
  const now = JSON.stringify(messages.map(({ id }) => id));
  if (now === known) return;
  known = now;
  list.replaceChildren(...messages.reverse().map((message) => {
    const row = document.createElement("tr");
    const button = element("button", message.subject || "(no subject)");
    button.onclick = () => show(message.id);
    const cell = document.createElement("td");
    cell.append(button);
    row.append(cell, element("td", message.mailFrom), element("td", message.recipients.join(", ")));
    return row;
  }));
}
document.querySelector("#clear").onclick = async () => { await call("messages", "DELETE"); shown.replaceChildren(); await refresh(); };
setInterval(refresh, 1000);
refresh();
`;

/** The page that shows what arrived; it needs nothing but the API beside it. */
export const PAGE: string = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Mail that arrived</title>
<style>
  body { font: 15px/1.5 system-ui, sans-serif; margin: 1rem auto; max-width: 70rem; padding: 0 1rem; }
  table { border-collapse: collapse; width: 100%; }
  td, th { border-bottom: 1px solid #ddd; padding: .3rem .6rem; text-align: left; }
  td button { background: none; border: 0; color: #04c; cursor: pointer; font: inherit; padding: 0; text-align: left; }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; }
  dd { margin: 0; }
  pre { white-space: pre-wrap; }
  iframe { border: 1px solid #ddd; height: 30rem; width: 100%; }
</style>
<h1>Mail that arrived</h1>
<button id="clear">Delete all</button>
<table><thead><tr><th>Subject<th>From<th>To</thead><tbody></tbody></table>
<main></main>
<script>${SCRIPT}</script>
</html>
`;

/** Its own script by its hash, its own API, and nothing else. */
export const PAGE_POLICY: string = [
  "default-src 'none'",
  `script-src 'sha256-${createHash("sha256").update(SCRIPT).digest("base64")}'`,
  "style-src 'unsafe-inline'",
  "connect-src 'self'",
  "frame-src 'self'",
].join("; ");
