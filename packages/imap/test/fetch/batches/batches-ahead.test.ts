import { collectGarbage, countTurns, type LineServer } from "@mailwright/suite";
import { expect, it } from "vitest";
import { ImapClient } from "../../../src/index.js";
import { startCommandServer } from "../../support/command-server.js";
import { imapFixture } from "../../support/imap-fixture.js";
import { plainMessage } from "../../support/mime-samples.js";

const COUNT = 6;
const subjects = Array.from({ length: COUNT }, (_, n) => `Message ${n + 1}`);

it.each(["text", "full"] as const)(
  "what comes after the bodies (%s) of a batch is asked for with them: a batch costs one round trip",
  async (body) => {
    await using fixture = await imapFixture({ messages: subjects.map((subject) => plainMessage(subject)) });
    await using line = await countTurns(fixture.mail.imap.port);
    const turns = async (maxBatchMessages: number): Promise<number> => {
      await using imap = new ImapClient({
        server: { host: "127.0.0.1", port: line.port, security: "none" },
        credentials: { user: "ada", password: "correct horse" },
        limits: { maxBatchMessages },
      });
      await imap.search("INBOX", {});
      const before = line.turns;
      const read: string[] = [];
      for await (const message of imap.messages("INBOX", { body })) {
        expect(body === "text" ? message.text : message.source).toBeDefined();
        read.push(message.subject);
      }
      expect(read).toEqual(subjects);
      return line.turns - before;
    };
    const [whole, oneByOne] = [await turns(COUNT), await turns(1)];
    expect(oneByOne - whole).toBe(COUNT - 1);
  },
);

/** Three messages; of the second it says nothing but NO, as often as it is asked for its envelope. */
function serveRefusals(asked: string[]): Promise<LineServer> {
  return startCommandServer({
    capabilities: "IMAP4rev1",
    exists: 3,
    answers: {
      "UID SEARCH": ({ socket }) => socket.write("* SEARCH 1 2 3\r\n"),
      "UID FETCH": ({ tag, line, socket }) => {
        const uid = /FETCH (\d+)/.exec(line)?.[1];
        asked.push(`${uid} ${line.includes("ENVELOPE") ? "head" : "body"}`);
        if (line.includes("ENVELOPE") && uid === "2") {
          socket.write(`${tag} NO [SERVERBUG] not now\r\n`);
          return false;
        }
        const head = `RFC822.SIZE 9 ENVELOPE (NIL "Message ${uid}" NIL NIL NIL NIL NIL NIL NIL NIL) BODYSTRUCTURE ("TEXT" "PLAIN" NIL NIL NIL "7BIT" 5 1)`;
        const what = line.includes("ENVELOPE") ? head : "BODY[1] {5}\r\ntext\n";
        return socket.write(`* ${uid} FETCH (UID ${uid} ${what})\r\n`);
      },
    },
  });
}

it("a batch whose bodies have come is handed out whatever becomes of the next, which is asked for again", async () => {
  const asked: string[] = [];
  await using server = await serveRefusals(asked);
  await using imap = new ImapClient({
    server: { host: "127.0.0.1", port: server.port, security: "none" },
    credentials: { user: "ada", password: "x-word" },
    limits: { maxBatchMessages: 1 },
    retry: { attempts: 1 },
  });
  const read: string[] = [];
  const reading = async (): Promise<void> => {
    for await (const { subject, text } of imap.messages("INBOX", { body: "text" }))
      read.push(`${subject}: ${text}`);
  };
  await expect(reading()).rejects.toThrow(/not now/);
  expect(read).toEqual(["Message 1: text\n"]);
  expect(asked.filter((what) => what === "2 head")).toHaveLength(2);
  expect(imap.stats()).toMatchObject({ leased: 0 });
});

it("holds nothing of a message that the loop is done with, while others of its batch are still to come", async () => {
  await using fixture = await imapFixture({
    messages: subjects.map((subject) => plainMessage(subject, "x".repeat(100_000))),
  });
  const sources: WeakRef<Buffer>[] = [];
  let held = 0;
  for await (const { source } of fixture.imap.messages("INBOX", { body: "full" })) {
    if (source !== undefined) sources.push(new WeakRef(source));
    if (sources.length < COUNT) continue;
    // What a turn has looked at through a WeakRef lives until the turn is over.
    await new Promise((resolve) => setImmediate(resolve));
    collectGarbage();
    held = sources.filter((ref) => ref.deref() !== undefined).length;
  }
  expect(sources).toHaveLength(COUNT);
  expect(held).toBeLessThan(COUNT - 2);
});

it("lets others get on where the loop itself never waits", async () => {
  await using fixture = await imapFixture({ messages: subjects.map((subject) => plainMessage(subject)) });
  const turns: number[] = [];
  let read = 0;
  for await (const _message of fixture.imap.messages("INBOX")) {
    read += 1;
    setImmediate(() => turns.push(read));
    const until = performance.now() + 6;
    while (performance.now() < until);
  }
  expect(read).toBe(COUNT);
  expect(turns.filter((at) => at < COUNT).length).toBeGreaterThan(1);
});
