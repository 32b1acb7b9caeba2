import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { ImapClient, type SyncCursor, type SyncStrategy } from "@mailwright/imap";
import { ImapFlow } from "imapflow";

const MOST_TRIPS = 3;
const MOST_BYTES = 4_096;
const CHANGES = 100;
/** What the first sync of the largest mailbox may add to the process. */
const MOST_MEGABYTES = 80;
const LISTS = ["List 7", "List 77", "List 177"];

/** Mailboxes of several sizes on one server, each that of a user of its own, and an account of 200 folders. */
export interface SyncedServer {
  readonly name: string;
  readonly port: number;
  readonly mailboxes: readonly { readonly user: string; readonly size: number }[];
  readonly folders: string;
  passwordOf(user: string): string;
}

/** What a look for changes costs by what goes over the wire, beside a peer that reads all UIDs and flags anew. */
export async function compareSyncs(server: SyncedServer): Promise<void> {
  const cursors = new Map<string, SyncCursor>();
  // The largest first, so that nothing of the others is in memory.
  const [largest, ...others] = [...server.mailboxes].sort((a, b) => b.size - a.size);
  if (largest === undefined) return;
  cursors.set(largest.user, await measureFirst(server, largest));
  for (const { user } of others) cursors.set(user, await catchUp(server, user));
  console.log(`IMAP sync, ${server.name}: an unchanged mailbox`);
  for (const mailbox of [...others.reverse(), largest])
    await measureUnchanged(server, mailbox, cursors.get(mailbox.user));
  await measureChanges(server, largest, cursors.get(largest.user));
  await measureFolders(server);
}

interface Mailbox {
  readonly user: string;
  readonly size: number;
}

interface Cost {
  readonly trips: number;
  readonly bytes: number;
  readonly milliseconds: number;
}

async function measureFirst(server: SyncedServer, { user, size }: Mailbox): Promise<SyncCursor> {
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  let [peak, cursorBytes, messages] = [before, 0, 0];
  let cursor: SyncCursor | undefined;
  const startedAt = performance.now();
  await using imap = clientOf(server, user);
  for await (const batch of imap.sync("INBOX")) {
    messages += batch.events.length;
    await batch.acknowledge();
    cursor = batch.cursor;
    peak = Math.max(peak, process.memoryUsage().rss);
    cursorBytes = Math.max(cursorBytes, JSON.stringify(cursor).length);
  }
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  const megabytes = (peak - before) / 2 ** 20;
  console.log(
    `IMAP sync, ${server.name}: the first of ${messages} headers: ${seconds} s, ${megabytes.toFixed(0)} MB above the start at most (bar: ${MOST_MEGABYTES}), cursors up to ${cursorBytes} bytes`,
  );
  if (messages < size || megabytes > MOST_MEGABYTES || cursor === undefined) fail("not flat, or not all");
  return cursor ?? { version: 0, protocol: "imap", state: {} };
}

async function measureUnchanged(
  server: SyncedServer,
  { user, size }: Mailbox,
  cursor: SyncCursor | undefined,
): Promise<void> {
  const name = `  ${String(size).padStart(7)} messages `;
  console.log(`${name} ${"imapflow, all UIDs and flags".padEnd(30)} ${shown(await fullScan(server, user))}`);
  for (const strategy of ["qresync", "condstore", "plain"] as const) {
    // The first time, plain makes itself digests of all flags.
    const from = strategy === "plain" ? await catchUp(server, user, cursor, strategy) : cursor;
    await using imap = clientOf(server, user);
    await imap.search("INBOX", { uids: [1] });
    const cost = await measure(imap, () => follow(imap, from, strategy));
    const isBarred = strategy !== "plain";
    const bar = isBarred ? ` (bar: ${MOST_TRIPS} and ${MOST_BYTES})` : "";
    console.log(`${name} ${`mailwright by ${strategy}`.padEnd(30)} ${shown(cost)}${bar}`);
    if (isBarred && (cost.trips > MOST_TRIPS || cost.bytes > MOST_BYTES))
      fail(`more than ${MOST_TRIPS} round trips or ${MOST_BYTES} bytes`);
  }
}

async function measureChanges(
  server: SyncedServer,
  { user, size }: Mailbox,
  cursor: SyncCursor | undefined,
): Promise<void> {
  const most = 100 * CHANGES + MOST_BYTES;
  console.log(`IMAP sync, ${server.name}: ${CHANGES} changes among ${size} messages`);
  await using other = clientOf(server, user);
  const uids = Array.from({ length: CHANGES }, (_, index) =>
    Math.floor((index + 1) * (size / (CHANGES + 1))),
  );
  await other.setFlags("INBOX", uids, ["\\Flagged", "$Bench"]);
  console.log(`  ${"imapflow, all UIDs and flags".padEnd(30)} ${shown(await fullScan(server, user))}`);
  for (const strategy of ["qresync", "condstore"] as const) {
    await using imap = clientOf(server, user);
    await imap.search("INBOX", { uids: [1] });
    let changes = 0;
    const cost = await measure(imap, async () => {
      for await (const batch of imap.sync("INBOX", { cursor, strategy })) {
        changes += batch.events.filter(({ type }) => type === "flags").length;
        await batch.acknowledge();
      }
    });
    console.log(`  ${`mailwright by ${strategy}`.padEnd(30)} ${shown(cost)} (bar: ${most} bytes)`);
    if (changes !== CHANGES) fail(`${changes} changes were told`);
    if (cost.bytes > most) fail("the cost does not follow the changes");
  }
}

async function measureFolders(server: SyncedServer): Promise<void> {
  await using imap = clientOf(server, server.folders);
  await using other = clientOf(server, server.folders);
  const cursors: Record<string, SyncCursor> = {};
  const followAll = async (): Promise<number> => {
    let added = 0;
    for await (const batch of imap.syncAll({ cursors })) {
      added += batch.events.filter(({ type }) => type === "added").length;
      await batch.acknowledge();
      if (batch.cursor !== null) cursors[batch.folder] = batch.cursor;
    }
    return added;
  };
  await followAll();
  for (const name of LISTS) await other.append(name, "Subject: new\r\n\r\nNew\r\n");
  const commands: string[] = [];
  let added = 0;
  const cost = await measure(
    imap,
    async () => {
      added = await followAll();
    },
    commands,
  );
  const count = (...names: string[]): number => commands.filter((name) => names.includes(name)).length;
  const [lists, statuses, opened] = [count("LIST"), count("STATUS"), count("SELECT", "EXAMINE")];
  console.log(
    `IMAP sync, ${server.name}: ${Object.keys(cursors).length} folders, ${added} of them changed: ${lists} LIST, ${statuses} STATUS, ${opened} opened (bar: 1, 0, 3), ${shown(cost)}`,
  );
  if (lists !== 1 || statuses !== 0 || opened !== 3 || added !== 3)
    fail("not one LIST and three folders opened");
}

/** Acknowledges everything there is; answers with the cursor. */
async function catchUp(
  server: SyncedServer,
  user: string,
  cursor?: SyncCursor,
  strategy?: SyncStrategy,
): Promise<SyncCursor> {
  await using imap = clientOf(server, user);
  const last = await follow(imap, cursor, strategy);
  if (last === undefined) throw new Error(`Nothing came of the mailbox of ${user}`);
  return last;
}

async function follow(
  imap: ImapClient,
  cursor: SyncCursor | undefined,
  strategy: SyncStrategy | undefined,
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

async function fullScan(server: SyncedServer, user: string): Promise<Cost> {
  let trips = 0;
  const log = (entry: unknown): void => {
    if (Reflect.get(Object(entry), "src") === "c") trips += 1;
  };
  const flow = new ImapFlow({
    host: "127.0.0.1",
    port: server.port,
    secure: false,
    doSTARTTLS: false,
    auth: { user, pass: server.passwordOf(user) },
    logger: { debug: log, info: log, warn: log, error: log },
  });
  await flow.connect();
  trips = 0;
  const before = flow.stats();
  const startedAt = performance.now();
  const lock = await flow.getMailboxLock("INBOX");
  let messages = 0;
  for await (const { uid } of flow.fetch("1:*", { uid: true, flags: true })) messages += uid > 0 ? 1 : 0;
  lock.release();
  const milliseconds = performance.now() - startedAt;
  const after = flow.stats();
  const cost = { trips, bytes: after.sent - before.sent + after.received - before.received, milliseconds };
  await flow.logout();
  if (messages === 0 || trips === 0) fail("the peer found nothing");
  return cost;
}

function shown({ trips, bytes, milliseconds }: Cost): string {
  return `${String(trips).padStart(3)} round trips ${String(bytes).padStart(9)} bytes ${milliseconds.toFixed(0).padStart(6)} ms`;
}

function clientOf(server: SyncedServer, user: string): ImapClient {
  return new ImapClient({
    server: { host: "127.0.0.1", port: server.port, security: "none" },
    credentials: { user, password: server.passwordOf(user) },
  });
}

function fail(reason: string): void {
  console.log(`  FAILED: ${reason}`);
  process.exitCode = 1;
}
