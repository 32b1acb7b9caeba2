import type { Socket } from "node:net";
import { collectGarbage, type LineServer } from "@mailwright/suite";
import { expect, it } from "vitest";
import { ImapClient, type ImapClientOptions } from "../../src/index.js";
import { startCommandServer } from "../support/command-server.js";

const COUNT = 60;
const uids = Array.from({ length: COUNT }, (_, index) => index + 1);
const FLAGS = 'FLAGS () INTERNALDATE "02-Jan-2026 03:04:05 +0000" RFC822.SIZE 5';
const STRUCTURE =
  'BODYSTRUCTURE ("TEXT" "PLAIN" NIL NIL NIL "7BIT" 5 1) BODY[HEADER.FIELDS ("REFERENCES")] {2}\r\n\r\n';
const envelope = (uid: number): string => `ENVELOPE (NIL "Message ${uid}" NIL NIL NIL NIL NIL NIL NIL NIL)`;
const whole = (uid: number): string => row(uid, `${FLAGS} ${envelope(uid)} ${STRUCTURE}`);
const row = (uid: number, items: string): string => `* ${uid} FETCH (UID ${uid} ${items})\r\n`;

/** Who describes messages 1 to 60 as `describe` says; `false` leaves the answer without its end. */
function serve(describe: (socket: Socket, set: string) => unknown): Promise<LineServer> {
  return startCommandServer({
    capabilities: "IMAP4rev1",
    exists: COUNT,
    answers: {
      "UID SEARCH": ({ socket }) => socket.write(`* SEARCH ${uids.join(" ")}\r\n`),
      "UID FETCH": ({ line, socket }) => describe(socket, /FETCH (\S+)/.exec(line)?.[1] ?? ""),
    },
  });
}

function clientOf({ port }: LineServer, options: Partial<ImapClientOptions> = {}): ImapClient {
  return new ImapClient({
    server: { host: "127.0.0.1", port, security: "none" },
    credentials: { user: "ada", password: "x-word" },
    retry: { attempts: 2, backoff: () => 0 },
    ...options,
  });
}

async function subjects(server: LineServer): Promise<string[]> {
  await using imap = clientOf(server);
  const read: string[] = [];
  for await (const { uid, subject } of imap.messages("INBOX")) read.push(`${uid} ${subject}`);
  return read;
}

const all = uids.map((uid) => `${uid} Message ${uid}`);

it("messages are handed out while others of their batch come, and nothing of them is held", async () => {
  let finish = (): void => {};
  const held = new Promise<void>((resolve) => {
    finish = resolve;
  });
  await using server = await serve(async (socket) => {
    socket.write(uids.slice(0, 55).map(whole).join(""));
    await held;
    socket.write(uids.slice(55).map(whole).join(""));
  });
  await using imap = clientOf(server);
  // What a message has in common with the answer that it was made of.
  const read: WeakRef<ReadonlySet<string>>[] = [];
  let reading: Promise<void> | undefined;
  await new Promise<void>((resolve, reject) => {
    reading = (async () => {
      for await (const { flags } of imap.messages("INBOX"))
        if (read.push(new WeakRef(flags)) === 50) resolve();
    })();
    reading.catch(reject);
  });
  await new Promise((resolve) => setImmediate(resolve));
  collectGarbage();
  expect(read.filter((each) => each.deref() !== undefined).length).toBeLessThan(30);
  finish();
  await reading;
  expect(read).toHaveLength(COUNT);
});

it("messages come in the order of their UIDs, in whatever order the server describes them", async () => {
  const random = [...uids].sort((left, right) => ((left * 37) % 61) - ((right * 37) % 61));
  await using server = await serve((socket) => socket.write(random.map(whole).join("")));
  expect(await subjects(server)).toEqual(all);
});

it("a message that is described in several answers waits until all of it is there", async () => {
  await using server = await serve((socket) => {
    const flags = uids.map((uid) => row(uid, FLAGS));
    const rest = uids.map((uid) => row(uid, `${envelope(uid)} ${STRUCTURE}`));
    socket.write([...flags, ...rest].join(""));
  });
  await using imap = clientOf(server);
  const sizes: number[] = [];
  for await (const { sizeBytes, incomplete } of imap.messages("INBOX")) {
    expect(incomplete).toBeUndefined();
    sizes.push(sizeBytes);
  }
  expect(sizes).toEqual(uids.map(() => 5));
});

it("what is doubtful is asked for again, and neither it nor what stands behind it is told twice or left out", async () => {
  const asked: string[] = [];
  await using server = await serve((socket, set) => {
    asked.push(set);
    const broken = row(30, `${FLAGS} ENVELOPE (NIL "Message 30" NIL) ${STRUCTURE}`);
    const header = 'BODY[HEADER.FIELDS ("SUBJECT")] {23}\r\nSubject: Message 30\r\n\r\n';
    if (set === "30") return socket.write(row(30, header));
    return socket.write(uids.map((uid) => (uid === 30 ? broken : whole(uid))).join(""));
  });
  expect(await subjects(server)).toEqual(all);
  expect(asked).toEqual(["1:60", "30"]);
});

it("what is told of a message once more takes nothing from what came first, and asks for nothing", async () => {
  const asked: string[] = [];
  await using server = await serve((socket, set) => {
    asked.push(set);
    socket.write(uids.map(whole).join(""));
    socket.write(row(1, FLAGS) + row(60, FLAGS));
  });
  expect(await subjects(server)).toEqual(all);
  expect(asked).toEqual(["1:60"]);
});

it("a connection that ends in the middle of a batch is followed by another, which goes on behind what was handed out", async () => {
  const asked: string[] = [];
  await using server = await serve((socket, set) => {
    asked.push(set);
    if (asked.length > 1) return socket.write(uids.slice(50).map(whole).join(""));
    socket.end(uids.slice(0, 55).map(whole).join(""));
    return false;
  });
  expect(await subjects(server)).toEqual(all);
  expect(asked).toEqual(["1:60", "51:60"]);
});

it("a caller who works on the first messages does not hold the connection that brings the others", async () => {
  let finish = (): void => {};
  const held = new Promise<void>((resolve) => {
    finish = resolve;
  });
  await using server = await serve(async (socket) => {
    socket.write(uids.slice(0, 30).map(whole).join(""));
    await held;
    socket.write(uids.slice(30).map(whole).join(""));
  });
  await using imap = clientOf(server, { pool: { maxPerKey: 1 } });
  let read = 0;
  for await (const _message of imap.messages("INBOX")) {
    read += 1;
    if (read > 1) continue;
    finish();
    expect(await imap.search("INBOX", {})).toHaveLength(COUNT);
    expect(imap.stats()).toMatchObject({ leased: 0 });
  }
  expect(read).toBe(COUNT);
});

it.each(["left", "aborted"])("nothing more is asked for once the loop is %s", async (how) => {
  const asked: string[] = [];
  await using server = await serve((socket, set) => {
    asked.push(set);
    return socket.write(uids.slice(0, 30).map(whole).join(""));
  });
  await using imap = clientOf(server, { limits: { maxBatchMessages: 30 } });
  const abort = new AbortController();
  let read = 0;
  const reading = async (): Promise<void> => {
    for await (const _message of imap.messages("INBOX", { signal: abort.signal })) {
      read += 1;
      if (how === "left") break;
      abort.abort();
    }
  };
  if (how === "left") await reading();
  else await expect(reading()).rejects.toMatchObject({ code: "aborted" });
  expect(read).toBe(1);
  expect(await imap.search("INBOX", {})).toHaveLength(COUNT);
  expect(imap.stats()).toMatchObject({ leased: 0 });
  expect(asked).toEqual(["1:30"]);
});

it("a message that is never given is told once, though the connection ends after others were handed out", async () => {
  const asked: string[] = [];
  await using server = await serve((socket, set) => {
    asked.push(set);
    if (set === "58" && asked.length === 2) {
      socket.destroy();
      return false;
    }
    const [first, last = first] = set.split(":").map(Number);
    const some = uids.filter((uid) => uid >= (first ?? 0) && uid <= (last ?? 0) && uid !== 58);
    return socket.write(some.map(whole).join(""));
  });
  await using imap = clientOf(server);
  const told: (readonly number[])[] = [];
  const read: number[] = [];
  for await (const { uid } of imap.messages("INBOX", { onUnfetchable: (kept) => told.push(kept.uids) }))
    read.push(uid);
  expect(read).toEqual(uids.filter((uid) => uid !== 58));
  expect(told).toEqual([[58]]);
  expect(asked).toEqual(["1:60", "58", "51:60", "58", "58"]);
});
