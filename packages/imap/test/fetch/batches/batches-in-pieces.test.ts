import { EventEmitter, once } from "node:events";
import type { LineServer } from "@mailwright/suite";
import { expect, it } from "vitest";
import { ImapClient } from "../../../src/index.js";
import { startCommandServer } from "../../support/command-server.js";

/** Of a second batch, which has room for two megabytes, two fit in, each in a piece of its own. */
const MESSAGE = `Subject: Hello\r\n\r\n${"x".repeat(78)}\r\n`.padEnd(700_000, "A line of text.\r\n");
const COUNT = 3;

/** Who asks for a body waits until `before` lets it go; `false` ends the connection instead. */
function serveMessages(before: (uid: number) => Promise<unknown>): Promise<LineServer> {
  return startCommandServer({
    capabilities: "IMAP4rev1",
    exists: COUNT,
    answers: {
      "UID SEARCH": ({ socket }) => socket.write("* SEARCH 1 2 3\r\n"),
      "UID FETCH": async ({ line, socket }) => {
        const [first = 0, last = first] = /FETCH (\d+)(?::(\d+))?/.exec(line)?.slice(1).map(Number) ?? [];
        for (let uid = first; uid <= (last || first); uid++) {
          if (line.includes("ENVELOPE")) socket.write(`* ${uid} FETCH (${headOf(uid)})\r\n`);
          else if ((await before(uid)) === false) return socket.destroy();
          else socket.write(`* ${uid} FETCH (UID ${uid} BODY[] {${MESSAGE.length}}\r\n${MESSAGE})\r\n`);
        }
        return true;
      },
    },
  });
}

function headOf(uid: number): string {
  const envelope = `(NIL "Message ${uid}" NIL NIL NIL NIL NIL NIL NIL NIL)`;
  const structure = `("TEXT" "PLAIN" NIL NIL NIL "7BIT" ${MESSAGE.length - 18} 1)`;
  return `UID ${uid} RFC822.SIZE ${MESSAGE.length} ENVELOPE ${envelope} BODYSTRUCTURE ${structure}`;
}

function clientOf(server: LineServer): ImapClient {
  return new ImapClient({
    server: { host: "127.0.0.1", port: server.port, security: "none" },
    credentials: { user: "ada", password: "x-word" },
    retry: { attempts: 2, backoff: () => 1 },
  });
}

it("of a batch of whole messages the first are handed over while others are still to come", async () => {
  const reading = new EventEmitter();
  const secondIsRead = once(reading, "second");
  await using server = await serveMessages((uid) => (uid === 3 ? secondIsRead : Promise.resolve()));
  await using imap = clientOf(server);
  const read: number[] = [];
  for await (const { uid, source } of imap.messages("INBOX", { body: "full" })) {
    read.push(uid);
    expect(source?.toString()).toBe(MESSAGE);
    if (uid === 2) reading.emit("second");
  }
  expect(read).toEqual([1, 2, 3]);
});

it("what was handed over of a batch is not asked for again when its connection is lost", async () => {
  const asked: number[] = [];
  await using server = await serveMessages(async (uid) => {
    asked.push(uid);
    return uid !== 3 || asked.filter((one) => one === 3).length > 1;
  });
  await using imap = clientOf(server);
  const read: number[] = [];
  for await (const { uid } of imap.messages("INBOX", { body: "full" })) read.push(uid);
  expect(read).toEqual([1, 2, 3]);
  expect(asked).toEqual([1, 2, 3, 3]);
});
