// Starts `npx pnpm@10 demo` twice, as a newcomer would, and interrupts it: the page and the list come, what was
// done the first time is there the second time, and nothing stays behind.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

const MAILBOX = "node apps/demo/dist/demo.js";
const environment = { ...process.env, MAILWRIGHT_PORT: "0" };
const A_FEW_HUNDRED = 200;
const starred = await visit(async (get, post) => {
  const { items } = await until(async () => {
    const { accounts } = await get("/api/v1/status");
    return accounts.length === 2 && accounts.every(({ state }) => state === "live")
      ? await get("/api/v1/messages?limit=50")
      : undefined;
  });
  const total = await countMessages(get);
  if (total < A_FEW_HUNDRED) throw new Error(`There are ${total} messages, not a few hundred`);
  const [newest] = items;
  // New mail comes every half a minute.
  await until(async () => (await get("/api/v1/messages?limit=1")).items[0].id !== newest.id);
  await until(async () => (await countMessages(get)) > total);
  const message = items.find(({ flagged }) => !flagged);
  await post("PATCH", `/api/v1/messages/${message.id}`, { flagged: true });
  return message.subject;
}, interruptMailbox);
await visit(async (get) => {
  await until(async () => {
    const { items } = await get("/api/v1/messages?starred=true&limit=200");
    return items.some(({ subject }) => subject === starred);
  });
  const { accounts } = await get("/api/v1/status");
  if (accounts.length !== 2) throw new Error(`There are ${accounts.length} accounts, not 2`);
}, interruptAll);
process.stdout.write("Started, looked at, ended and started again: its data was there\n");

async function countMessages(get) {
  const { items } = await get("/api/v1/folders");
  return items.reduce((sum, folder) => sum + folder.total, 0);
}

/** Looks at a mailbox while it is there; `interrupt` ends it, and gives what it ends with. */
async function visit(look, interrupt) {
  const child = spawn("npx", ["--yes", "pnpm@10", "demo"], {
    env: environment,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exit = once(child, "exit");
  const said = [];
  let seen;
  let expected = 0;
  createInterface(child.stderr).on("line", (line) => said.push(line));
  try {
    const link = await new Promise((resolve, reject) => {
      createInterface(child.stdout).on("line", (line) => {
        said.push(line);
        const found = /^Open (\S+)/.exec(line)?.[1];
        if (found !== undefined) resolve(new URL(found));
      });
      exit.then(([code]) => reject(new Error(`It ended with ${code}:\n${said.join("\n")}`)));
    });
    const { origin } = link;
    const entered = await fetch(link, { redirect: "manual" });
    const cookie = entered.headers.get("set-cookie")?.split(";")[0] ?? "";
    const get = async (path) => await (await fetch(`${origin}${path}`, { headers: { cookie } })).json();
    const post = async (method, path, body) => {
      const { csrfToken } = await get("/api/v1/session");
      const headers = { cookie, "x-csrf": csrfToken, "content-type": "application/json" };
      const answer = await fetch(`${origin}${path}`, { method, headers, body: JSON.stringify(body) });
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    };
    const page = await fetch(`${origin}/`, { headers: { accept: "text/html" } });
    if (!page.headers.get("content-type")?.startsWith("text/html")) throw new Error("There is no page");
    seen = await look(get, post);
  } finally {
    if (child.exitCode === null) expected = interrupt(child.pid);
    await exit;
    process.stdout.write(`${said.join("\n")}\n`);
  }
  const [code, signal] = await exit;
  if ((signal ?? code) !== expected) throw new Error(`It ended with ${signal ?? code}`);
  // That is pnpm about a mailbox that did not end by itself.
  if (said.some((line) => line.includes("ELIFECYCLE"))) throw new Error("It was ended before it had closed");
  return seen;
}

/** As a service manager does; npx and pnpm tell how it ended. */
function interruptMailbox(group) {
  const processes = execFileSync("ps", ["-eo", "pid=,pgid=,args="], { encoding: "utf8" }).split("\n");
  const fields = processes.map((line) => line.trim().split(/\s+/));
  const own = fields.find(([, pgid, ...args]) => Number(pgid) === group && args.join(" ") === MAILBOX);
  process.kill(Number(own?.[0]), "SIGINT");
  return 0;
}

/** As a terminal does on Ctrl-C; npx and pnpm pass theirs on, and npx ends by it. */
function interruptAll(group) {
  process.kill(-group, "SIGINT");
  return "SIGINT";
}

async function until(condition) {
  for (let turn = 0; turn < 600; turn += 1) {
    const answer = await condition();
    if (answer) return answer;
    await sleep(200);
  }
  throw new Error(`Not within two minutes: ${condition}`);
}
