import { Readable } from "node:stream";
import { inspect } from "node:util";
import { parseInWorkers, parseMessage, streamMessage } from "@mailwright/parser";
import { expect, test } from "vitest";

const MESSAGE = [
  "From: Ada <ada@example.org>",
  "To: bob@example.com",
  "Subject: The report",
  "Date: Fri, 20 Nov 2026 10:13:00 +0100",
  'Content-Type: multipart/mixed; boundary="b"',
  "",
  "--b",
  "Content-Type: text/plain; charset=unheard-of",
  "",
  "voilà",
  "--b",
  'Content-Type: application/pdf; name="report.pdf"',
  "Content-Transfer-Encoding: x-own",
  "",
  "%PDF-1.7",
  "--b--",
].join("\n");

const SHOWN = `ParsedMessage {
  subject: 'The report',
  from: [ { name: 'Ada', address: 'ada@example.org' } ],
  to: [ { name: '', address: 'bob@example.com' } ],
  cc: [],
  date: 2026-11-20T09:13:00.000Z,
  messageId: undefined,
  headerFields: 5,
  parts: [ 'text/plain', 'application/pdf (report.pdf)' ],
  defects: [],
  isTruncated: false
}`;

test("a console shows who wrote a message about what, and what is in it", () => {
  expect(inspect(parseMessage(MESSAGE))).toBe(SHOWN);
  expect(inspect({ a: { b: { c: parseMessage(MESSAGE) } } })).toContain("c: [ParsedMessage]");
});

test("showing a message decodes neither its text nor its attachments", () => {
  const message = parseMessage(MESSAGE);
  inspect(message, { depth: null, showHidden: true });
  expect(message.defects).toEqual([]);
  expect(message.text).toContain("voil");
  expect(message.attachments[0]?.sizeBytes).toBe(8);
  // They cannot be decoded without a defect.
  expect(inspect(message)).toContain("defects: [ 'unknown-charset', 'unknown-transfer-encoding' ]");
});

test("a console shows a message from a worker in the same way", async () => {
  for await (const result of parseInWorkers([Buffer.from(MESSAGE)], { workers: 1 })) {
    if (!result.ok) throw result.error;
    expect(inspect(result.value)).toContain("ParsedMessage {\n  subject: 'The report',");
    expect(inspect(result.value.structure)).toBe(inspect(parseMessage(MESSAGE).structure));
  }
});

test("a console shows header fields as a list, and the MIME tree without the way back", () => {
  const { headers, structure } = parseMessage(MESSAGE);
  expect(inspect(headers)).toContain("MessageHeaders [\n  'From: Ada <ada@example.org>',\n");
  const tree = inspect(structure);
  expect(tree).toContain("MimePart {");
  expect(tree).toContain("contentType: 'application/pdf'");
  expect(tree).not.toContain("Circular");
});

test("a console shows the parts of a stream, not the stream", async () => {
  let shown = "";
  for await (const part of streamMessage(Readable.from([Buffer.from(MESSAGE)]))) shown += inspect(part);
  expect(shown).toContain("MessageEnvelope {");
  expect(shown).toContain("filename: 'report.pdf'");
  expect(shown).not.toContain("Stream {");
});
