import { type ChildProcess, fork } from "node:child_process";
import { subscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { createImapPool, ImapClient } from "@mailwright/imap";
import { startMailServers } from "@mailwright/testing";
import { ImapFlow } from "imapflow";

const SELF = fileURLToPath(import.meta.url);
const SESSIONS = 500;
const PAGE = 50;
const SMALL = 1_000;
const LARGE = 100_000;
const PASSWORD = "bench-secret";

/**
 * What idle sessions weigh beside bare ImapFlow, and what the first page of a large mailbox costs beside
 * that of a small one. The server and each peer have a process of their own.
 */
async function main(): Promise<void> {
  const [role, port] = process.argv.slice(2);
  if (role === "server") await serve();
  else if (role === "bare") await weigh(Number(port), openBare);
  else if (role === "mailwright") await weigh(Number(port), openMailwright);
  else if (role === "mailwright-watch") await weigh(Number(port), openWatch);
  else await compare();
}

async function compare(): Promise<void> {
  const server = start("server");
  const [port]: number[] = await once(server, "message");
  if (port === undefined) throw new Error("The server did not start");
  console.log(`IMAP: ${SESSIONS} idle sessions, in-memory server`);
  const bare = await heapOf("bare", port);
  const ours = await heapOf("mailwright", port);
  console.log(`  imapflow   ${(bare / SESSIONS / 1024).toFixed(1)} KiB of heap per session`);
  const watching = await heapOf("mailwright-watch", port);
  console.log(`  mailwright ${(ours / SESSIONS / 1024).toFixed(1)} KiB of heap per session`);
  console.log(`  mailwright, watching: ${(watching / SESSIONS / 1024).toFixed(1)} KiB of heap per session`);
  report("mailwright / imapflow, heap", ours / bare, 0.9);

  console.log(`IMAP: the newest ${PAGE} messages with text, of ${SMALL} and of ${LARGE}`);
  const small = await firstPage(port, "small");
  const large = await firstPage(port, "large");
  for (const [count, page] of [
    [SMALL, small],
    [LARGE, large],
  ] as const) {
    console.log(
      `  of ${String(count).padStart(6)}: ${page.commands} commands, ${page.bytes} bytes, ${page.milliseconds.toFixed(0)} ms`,
    );
  }
  report("commands, large / small", large.commands / small.commands, 1);
  report("bytes, large / small", large.bytes / small.bytes, 1.1);
  server.kill();
}

function report(what: string, ratio: number, most: number): void {
  console.log(`  ${what}: ${ratio.toFixed(2)} (bar: at most ${most})`);
  if (ratio <= most) return;
  console.log(`  FAILED: ${what} is over ${most}`);
  process.exitCode = 1;
}

function start(role: string, port?: number): ChildProcess {
  const args = port === undefined ? [role] : [role, String(port)];
  return fork(SELF, args, { execArgv: ["--expose-gc"], stdio: ["ignore", "inherit", "inherit", "ipc"] });
}

async function heapOf(role: string, port: number): Promise<number> {
  const child = start(role, port);
  const [[heap]] = await Promise.all([once(child, "message"), once(child, "exit")]);
  return Number(heap);
}

async function serve(): Promise<void> {
  const message = (n: number): string =>
    `From: a@example.test\r\nSubject: Message ${n}\r\n\r\nText of ${n}.\r\n`;
  const many = (count: number): string[] => Array.from({ length: count }, (_, n) => message(n));
  const idle = Array.from({ length: SESSIONS }, (_, n) => ({
    user: `user${n}`,
    password: PASSWORD,
    messages: [message(n)],
  }));
  const mail = await startMailServers({
    accounts: [
      ...idle,
      { user: "small", password: PASSWORD, messages: many(SMALL) },
      { user: "large", password: PASSWORD, messages: many(LARGE) },
    ],
  });
  process.send?.(mail.imap.port);
}

/** Opens sessions one after the other and tells the heap that they hold, garbage apart. */
async function weigh(port: number, open: (port: number, user: string) => Promise<void>): Promise<void> {
  // The first one loads code that the others share.
  await open(port, "user0");
  const before = heapUsed();
  for (let n = 1; n < SESSIONS; n++) await open(port, `user${n}`);
  const heap = (heapUsed() - before) * (SESSIONS / (SESSIONS - 1));
  process.send?.(heap, () => process.exit());
}

function heapUsed(): number {
  for (let round = 0; round < 4; round++) globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

async function openBare(port: number, user: string): Promise<void> {
  const flow = new ImapFlow({
    host: "127.0.0.1",
    port,
    secure: false,
    doSTARTTLS: false,
    auth: { user, pass: PASSWORD },
    logger: false,
  });
  flow.on("error", () => {});
  await flow.connect();
  await flow.mailboxOpen("INBOX");
  void flow.idle();
}

async function openMailwright(port: number, user: string): Promise<void> {
  const imap = clientOf(port, user);
  await imap.search("INBOX", { seen: false });
  kept.push(imap);
}

async function openWatch(port: number, user: string): Promise<void> {
  const events = clientOf(port, user).watch("INBOX");
  await events.next();
  kept.push(events);
}

const kept: unknown[] = [];
/** As a service with many accounts would have it. */
const pool = createImapPool({ idleTimeoutMs: 3_600_000 });

interface Page {
  readonly commands: number;
  readonly bytes: number;
  readonly milliseconds: number;
}

async function firstPage(port: number, user: string): Promise<Page> {
  let commands = 0;
  const count = (): void => {
    commands++;
  };
  subscribe("mailwright:command", count);
  const startedAt = performance.now();
  await using imap = clientOf(port, user);
  let messages = 0;
  for await (const { text } of imap.messages("INBOX", { newest: PAGE, body: "text" }))
    if (text !== undefined) messages++;
  if (messages !== PAGE) throw new Error(`${messages} messages on the first page`);
  const { receivedBytes } = imap.traffic();
  return { commands, bytes: receivedBytes, milliseconds: performance.now() - startedAt };
}

function clientOf(port: number, user: string): ImapClient {
  return new ImapClient({
    server: { host: "127.0.0.1", port, security: "none" },
    credentials: { user, password: PASSWORD },
    pool,
  });
}

await main();
