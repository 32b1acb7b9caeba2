import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { expect, test } from "vitest";
import { parseMessage } from "../../src/parse-message.js";
import { streamMessage } from "../../src/stream/stream-message.js";
import type { StreamedPart } from "../../src/stream/streamed-part.js";

const MESSAGE = Buffer.from(
  [
    "Received: from a",
    "Received: from b",
    "From: =?utf-8?q?Ada_L=C3=B6velace?= <ada@example.org>",
    "To: Jürgen <juergen@example.com>",
    "Subject: grüße",
    "Date: Fri, 20 Nov 2026 10:13:00 +0100",
    'Content-Type: multipart/mixed; boundary="b"',
    "",
    "--b",
    'Content-Type: multipart/alternative; boundary="a"',
    "",
    "--a",
    "Content-Type: text/plain; charset=utf-8",
    "",
    "grüße",
    "--a",
    "Content-Type: text/html; charset=utf-8",
    "",
    "<p>grüße</p>",
    "--a--",
    "--b",
    "Content-Type: application/pdf",
    'Content-Disposition: attachment; filename="../a.pdf"',
    "Content-Transfer-Encoding: base64",
    "",
    Buffer.alloc(100_000, "x").toString("base64"),
    "--b",
    "Content-Type: application/pdf",
    'Content-Disposition: attachment; filename="a.pdf"',
    "",
    "second",
    "--b--",
    "",
  ].join("\r\n"),
);

function chunked(source: Buffer, size: number): Readable {
  const chunks: Buffer[] = [];
  for (let at = 0; at < source.length; at += size) chunks.push(source.subarray(at, at + size));
  return Readable.from(chunks);
}

async function collect(parts: AsyncIterable<StreamedPart>): Promise<Record<string, unknown>> {
  const seen: Record<string, unknown> = {};
  const files: unknown[] = [];
  for await (const part of parts) {
    if (part.type === "header") {
      const { from, to, subject, date } = part.envelope;
      Object.assign(seen, { from, to, subject, date, received: part.envelope.headers.getAll("received") });
    } else if (part.type === "attachment") {
      const { safeFilename, path, contentType } = part.attachment;
      files.push([safeFilename, path, contentType, (await buffer(part.attachment.content)).toString()]);
    } else Object.assign(seen, { text: part.text, html: part.html, isTruncated: part.isTruncated });
  }
  return { ...seen, files };
}

test.each([1, 7, 1_000, 1_000_000])(
  "a stream in chunks of %i bytes gives what the bytes in memory give",
  async (size) => {
    const source =
      size === 1
        ? Buffer.from(MESSAGE.toString("latin1").replace(/[A-Za-z0-9+/=]{9000,}/, "eHh4"), "latin1")
        : MESSAGE;
    const message = parseMessage(source);
    const { from, to, subject, date } = message;
    expect(await collect(streamMessage(chunked(source, size)))).toEqual({
      from,
      to,
      subject,
      date,
      received: ["from a", "from b"],
      text: message.text,
      html: message.html,
      isTruncated: false,
      files: message.attachments.map((part) => [
        part.safeFilename,
        part.path,
        part.contentType,
        part.content().toString(),
      ]),
    });
  },
);

test("attachments that nobody reads are skipped", async () => {
  const types: string[] = [];
  for await (const part of streamMessage(chunked(MESSAGE, 500))) types.push(part.type);
  expect(types).toEqual(["header", "attachment", "attachment", "end"]);
});

test("leaving the loop early destroys the source", async () => {
  const source = chunked(MESSAGE, 500);
  for await (const part of streamMessage(source)) if (part.type === "attachment") break;
  expect(source.destroyed).toBe(true);
});

test("an error of the source rejects", async () => {
  const source = new Readable({
    read() {
      this.push(MESSAGE.subarray(0, 400));
      this.destroy(new Error("gone"));
    },
  });
  await expect(collect(streamMessage(source))).rejects.toThrow("gone");
});

test("the signal ends a stream that stalls", async () => {
  const controller = new AbortController();
  const source = new Readable({ read() {} });
  source.push(MESSAGE.subarray(0, 400));
  const done = collect(streamMessage(source, { signal: controller.signal }));
  setTimeout(() => controller.abort(new Error("enough")), 20);
  await expect(done).rejects.toThrow("enough");
  expect(source.destroyed).toBe(true);
});

test("past a limit the message comes back with what was read", async () => {
  const parts: StreamedPart[] = [];
  for await (const part of streamMessage(chunked(MESSAGE, 500), { limits: { maxBytes: 20_000 } })) {
    if (part.type === "attachment")
      expect((await buffer(part.attachment.content)).length).toBeGreaterThan(10_000);
    parts.push(part);
  }
  expect(parts.at(-1)).toMatchObject({
    type: "end",
    isTruncated: true,
    text: "grüße",
    defects: expect.arrayContaining([expect.objectContaining({ code: "size-limit" })]),
  });
});

test("endless text does not fill the memory", async () => {
  let sent = 0;
  const source = new Readable({
    read() {
      sent++;
      this.push(sent === 1 ? "Subject: flood\r\n\r\n" : Buffer.alloc(65_536, "text\r\n"));
    },
  });
  const parts: StreamedPart[] = [];
  for await (const part of streamMessage(source, { limits: { maxTextBytes: 1_000_000 } })) parts.push(part);
  expect(parts.at(-1)).toMatchObject({ type: "end", isTruncated: true });
  expect(sent).toBeLessThan(40);
});
