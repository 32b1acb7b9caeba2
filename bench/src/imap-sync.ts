import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { ImapClient, type SyncCursor, type SyncStrategy } from "@mailwright/imap";
import { ImapFlow } from "imapflow";
import { startChildServer } from "./child-server.js";

const SIZES = [1_000, 10_000, 100_000];
const LARGEST = 100_000;
const MOST_TRIPS = 3;
const MOST_BYTES = 4_096;
const CHANGES = 100;
/** What the first sync of the largest mailbox may add to the heap. */
const MOST_MEGABYTES = 80;

/** What a look for changes costs, beside a peer that reads all UIDs and flags anew. The server is a process of its own. */
async function main(): Promise<void> {
  await using server = await startChildServer("imap-sync-server", SIZES);
  const { port } = server;
  // First, so that nothing of the others is in memory.
  await measureFirst(port);
  console.log("IMAP sync: an unchanged mailbox, by what goes over the wire");
  for (const size of SIZES) {
    const flow = await fullScan(port, `${size}`);
    console.log(`  ${String(size).padStart(7)} messages  imapflow, all UIDs and flags  ${shown(flow)}`);
    for (const strategy of ["qresync", "condstore", "plain"] as const)
      await measureUnchanged(port, size, strategy);
  }
  await measureChanges(port);
  await measureFolders(port);
}

interface Cost {
  readonly trips: number;
  readonly bytes: number;
  readonly milliseconds: number;
}

async function measureUnchanged(port: number, size: number, strategy: SyncStrategy): Promise<void> {
  await using imap = clientOf(port, `${size}`);
  const cursor = await catchUp(imap, undefined, strategy);
  const cost = await measure(imap, () => catchUp(imap, cursor, strategy));
  console.log(
    `  ${String(size).padStart(7)} messages  mailwright by ${strategy.padEnd(16)}      ${shown(cost)}`,
  );
  if (strategy === "plain") return;
  if (cost.trips > MOST_TRIPS || cost.bytes > MOST_BYTES)
    fail(`more than ${MOST_TRIPS} round trips or ${MOST_BYTES} bytes`);
}

async function measureChanges(port: number): Promise<void> {
  console.log(`IMAP sync: ${CHANGES} changes among ${LARGEST} messages`);
  for (const strategy of ["qresync", "condstore"] as const) {
    await using imap = clientOf(port, `${LARGEST}`);
    await using other = clientOf(port, `${LARGEST}`);
    const cursor = await catchUp(imap, undefined, strategy);
    const uids = Array.from({ length: CHANGES }, (_, index) => (index + 1) * 500);
    await (strategy === "qresync" ? other.markAsRead("INBOX", uids) : other.markAsUnread("INBOX", uids));
    const cost = await measure(imap, () => catchUp(imap, cursor, strategy));
    console.log(`  mailwright by ${strategy.padEnd(10)} ${shown(cost)}`);
    if (cost.bytes > 100 * CHANGES + MOST_BYTES) fail("the cost does not follow the changes");
  }
}

async function measureFirst(port: number): Promise<void> {
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  let [peak, cursorBytes, messages] = [before, 0, 0];
  const startedAt = performance.now();
  await using imap = clientOf(port, `${LARGEST}`);
  for await (const batch of imap.sync("INBOX")) {
    messages += batch.events.length;
    await batch.acknowledge();
    peak = Math.max(peak, process.memoryUsage().rss);
    cursorBytes = Math.max(cursorBytes, JSON.stringify(batch.cursor).length);
  }
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  const megabytes = (peak - before) / 2 ** 20;
  console.log(
    `IMAP sync: the first of ${messages} headers: ${seconds} s, ${megabytes.toFixed(0)} MB above the start at most (bar: ${MOST_MEGABYTES}), cursors up to ${cursorBytes} bytes`,
  );
  if (messages < LARGEST || megabytes > MOST_MEGABYTES) fail("not flat, or not all");
}

async function measureFolders(port: number): Promise<void> {
  await using imap = clientOf(port, "folders");
  await using other = clientOf(port, "folders");
  const cursors: Record<string, SyncCursor> = {};
  const follow = async (): Promise<number> => {
    let added = 0;
    for await (const batch of imap.syncAll({ cursors })) {
      added += batch.events.filter(({ type }) => type === "added").length;
      await batch.acknowledge();
      if (batch.cursor !== null) cursors[batch.folder] = batch.cursor;
    }
    return added;
  };
  await follow();
  for (const name of ["List 7", "List 77", "List 177"])
    await other.append(name, "Subject: new\r\n\r\nNew\r\n");
  const commands: string[] = [];
  const cost = await measure(imap, async () => void (await follow()), commands);
  const count = (...names: string[]): number => commands.filter((name) => names.includes(name)).length;
  const [lists, opened] = [count("LIST"), count("SELECT", "EXAMINE")];
  console.log(
    `IMAP sync: 200 folders, 3 of them changed: ${lists} LIST, ${count("STATUS")} STATUS, ${opened} opened, ${shown(cost)}`,
  );
  if (lists !== 1 || opened !== 3) fail("more than one LIST and three folders opened");
}

/** Acknowledges everything; answers with the cursor. */
async function catchUp(
  imap: ImapClient,
  cursor: SyncCursor | undefined,
  strategy: SyncStrategy,
): Promise<SyncCursor | undefined> {
  let last = cursor;
  for await (const batch of imap.sync("INBOX", { cursor, strategy, batchMessages: 5_000 })) {
    await batch.acknowledge();
    last = batch.cursor;
  }
  return last;
}

async function measure(
  imap: ImapClient,
  work: () => Promise<unknown>,
  commands: string[] = [],
): Promise<Cost> {
  const count = (event: unknown): void => {
    const name: unknown = Reflect.get(Object(event), "command");
    commands.push(String(name));
  };
  subscribe("mailwright:command", count);
  const before = imap.traffic();
  const startedAt = performance.now();
  await work();
  const milliseconds = performance.now() - startedAt;
  unsubscribe("mailwright:command", count);
  const after = imap.traffic();
  const bytes = after.sentBytes - before.sentBytes + after.receivedBytes - before.receivedBytes;
  return { trips: commands.length, bytes, milliseconds };
}

async function fullScan(port: number, user: string): Promise<Cost> {
  const flow = new ImapFlow({
    host: "127.0.0.1",
    port,
    secure: false,
    doSTARTTLS: false,
    auth: { user, pass: "x" },
    logger: false,
  });
  await flow.connect();
  const before = flow.stats();
  const startedAt = performance.now();
  const lock = await flow.getMailboxLock("INBOX");
  let messages = 0;
  for await (const { uid } of flow.fetch("1:*", { uid: true, flags: true })) messages += uid > 0 ? 1 : 0;
  lock.release();
  const milliseconds = performance.now() - startedAt;
  const after = flow.stats();
  await flow.logout();
  if (messages === 0) fail("the peer found nothing");
  const bytes = after.sent - before.sent + after.received - before.received;
  return { trips: 2, bytes, milliseconds };
}

function shown({ trips, bytes, milliseconds }: Cost): string {
  return `${String(trips).padStart(3)} round trips ${String(bytes).padStart(9)} bytes ${milliseconds.toFixed(0).padStart(6)} ms`;
}

function clientOf(port: number, user: string): ImapClient {
  return new ImapClient({
    server: { host: "127.0.0.1", port, security: "none" },
    credentials: { user, password: "x" },
  });
}

function fail(reason: string): void {
  console.log(`  MISSED: ${reason}`);
  process.exitCode = 1;
}

await main();
