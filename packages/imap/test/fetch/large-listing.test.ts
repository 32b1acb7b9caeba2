import { collectGarbage, type LineServer } from "@mailwright/suite";
import { expect, it } from "vitest";
import { ImapClient } from "../../src/index.js";
import { startCommandServer } from "../support/command-server.js";

const MEBIBYTE = 1024 * 1024;
const COUNT = process.env["MAILWRIGHT_LONG"] === "1" ? 100_000 : 3_000;

function row(uid: number): string {
  const sender = `(("Ada ${uid}" NIL "ada" "example.test"))`;
  const envelope = `("Fri, 20 Nov 2026 10:00:00 +0100" "Subject ${uid}" ${`${sender} `.repeat(4)}NIL NIL NIL "<${uid}@example.test>")`;
  const structure = '("TEXT" "PLAIN" ("CHARSET" "utf-8") NIL NIL "7BIT" 500 10)';
  return `* ${uid} FETCH (UID ${uid} FLAGS (\\Seen) INTERNALDATE "20-Nov-2026 10:00:00 +0100" RFC822.SIZE 900 ENVELOPE ${envelope} BODYSTRUCTURE ${structure} BODY[HEADER.FIELDS (REFERENCES)] {2}\r\n\r\n)\r\n`;
}

/** A server with many messages, which it makes up as they are asked for. */
function serveMany(count: number): Promise<LineServer> {
  return startCommandServer({
    capabilities: "IMAP4rev1 ESEARCH",
    exists: count,
    answers: {
      "UID SEARCH": ({ tag, socket }) => socket.write(`* ESEARCH (TAG "${tag}") UID ALL 1:${count}\r\n`),
      "UID FETCH": ({ line, socket }) => {
        const [, first = "0", last = first] = /FETCH (\d+)(?::(\d+))?/.exec(line) ?? [];
        let rows = "";
        for (let uid = Number(first); uid <= Number(last); uid++) rows += row(uid);
        socket.write(rows);
      },
    },
  });
}

it(`lists ${COUNT} messages in the memory of a few batches`, async () => {
  await using server = await serveMany(COUNT);
  await using imap = new ImapClient({
    server: { host: "127.0.0.1", port: server.port, security: "none" },
    credentials: { user: "ada", password: "x-word" },
  });
  const used = (): number => {
    collectGarbage();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const before = used();
  const held: number[] = [];
  let read = 0;
  for await (const { subject } of imap.messages("INBOX")) {
    read += 1;
    expect(subject).toBe(`Subject ${read}`);
    if (read % 1_000 === 0) held.push(used() - before);
  }
  const [first = 0, ...later] = held;
  const [peak, growth] = [Math.max(...held), Math.max(...later) - first];
  const told = `at most ${(peak / MEBIBYTE).toFixed(1)} MiB held, ${(growth / MEBIBYTE).toFixed(1)} MiB more than after 1 000`;
  console.info(`${read} messages listed, ${told}`);
  expect(read).toBe(COUNT);
  expect(peak, told).toBeLessThan(24 * MEBIBYTE);
  // Two thousand messages that were kept would be more.
  expect(growth, told).toBeLessThan(1.5 * MEBIBYTE);
});
