import { Readable } from "node:stream";
import { parseInWorkers, parseMessage, streamMessage } from "@mailwright/parser";
import { describe, expect, test } from "vitest";

const MESSAGE = [
  "Received: from a by b; Fri, 20 Nov 2026 09:13:01 +0000",
  "From: =?utf-8?q?Ada_L=C3=B6velace?= <ada@example.org>",
  "To: team: bob@example.com, carol@example.com;",
  "Subject: The report",
  "Date: Fri, 20 Nov 2026 10:13:00 +0100",
  "Message-ID: <1@example.org>",
  "References: <0@example.org>",
  'Content-Type: multipart/mixed; boundary="b"',
  "",
  "--b",
  "Content-Type: text/plain; charset=utf-8",
  "",
  "grüße",
  "--b",
  "Content-Type: text/calendar; method=request; __proto__=x",
  "",
  "BEGIN:VCALENDAR",
  "--b",
  'Content-Type: application/pdf; name="../report.pdf"',
  "Content-Transfer-Encoding: x-own",
  "",
  "%PDF-1.7",
  "--b--",
].join("\n");

const toPlain = (value: unknown): Record<string, unknown> => JSON.parse(JSON.stringify(value));

describe("a message as JSON", () => {
  test("has all that it says but the bytes of its attachments", () => {
    expect(toPlain(parseMessage(MESSAGE))).toEqual({
      from: [{ name: "Ada Lövelace", address: "ada@example.org" }],
      sender: [],
      replyTo: [],
      to: [
        {
          name: "team",
          members: [
            { name: "", address: "bob@example.com" },
            { name: "", address: "carol@example.com" },
          ],
        },
      ],
      cc: [],
      bcc: [],
      subject: "The report",
      date: "2026-11-20T09:13:00.000Z",
      messageId: "<1@example.org>",
      references: ["<0@example.org>"],
      headers: [
        { name: "Received", value: "from a by b; Fri, 20 Nov 2026 09:13:01 +0000" },
        { name: "From", value: "Ada Lövelace <ada@example.org>" },
        { name: "To", value: "team: bob@example.com, carol@example.com;" },
        { name: "Subject", value: "The report" },
        { name: "Date", value: "Fri, 20 Nov 2026 10:13:00 +0100" },
        { name: "Message-ID", value: "<1@example.org>" },
        { name: "References", value: "<0@example.org>" },
        { name: "Content-Type", value: 'multipart/mixed; boundary="b"' },
      ],
      text: "grüße",
      attachments: [
        expect.objectContaining({ path: "2", contentType: "text/calendar", sizeBytes: 15 }),
        {
          path: "3",
          filename: "../report.pdf",
          safeFilename: "report.pdf",
          contentType: "application/pdf",
          parameters: { name: "../report.pdf" },
          isRelated: false,
          sizeBytes: 8,
        },
      ],
      calendar: { method: "REQUEST", text: "BEGIN:VCALENDAR" },
      defects: [expect.objectContaining({ code: "unknown-transfer-encoding", part: "3" })],
      isTruncated: false,
    });
  });

  test("takes a name of a parameter for a name, whatever it means to JavaScript", () => {
    const [calendar] = parseMessage(MESSAGE).toJSON().attachments;
    expect(JSON.stringify(calendar?.parameters)).toBe('{"method":"request","__proto__":"x"}');
  });

  test("is the same when it was parsed in a worker", async () => {
    const expected = parseMessage(MESSAGE);
    for await (const result of parseInWorkers([Buffer.from(MESSAGE)], { workers: 1 })) {
      if (!result.ok) throw result.error;
      expect(JSON.stringify(result.value)).toBe(JSON.stringify(expected));
      expect(JSON.stringify(result.value.structure)).toBe(JSON.stringify(expected.structure));
    }
  });

  test("has a text in it that is longer than JSON could hold, cut", { timeout: 120_000 }, () => {
    const nulls = "\0".repeat(26_000_000);
    const parts = ["text/html", "text/plain", "text/calendar"].map(
      (type) => `Content-Type: ${type}\n\n${nulls}`,
    );
    const source = ["Content-Type: multipart/mixed; boundary=b\n", ...parts, ""].join("\n--b\n");
    const message = parseMessage(source, { limits: { maxBytes: 100_000_000 } });
    expect([message.text, message.calendar?.text].map((text) => text?.length)).toEqual([26e6, 26e6]);
    const json = message.toJSON();
    expect([json.text?.length, json.html?.length, json.calendar?.text.length]).toEqual([25e6, 25e6, 25e6]);
    expect([message.isTruncated, json.isTruncated]).toEqual([false, true]);
    expect(JSON.stringify(json).length).toBeGreaterThan(450e6);
  });
});

test("the MIME tree as JSON has each part with its header, and no way back", () => {
  const { children, ...root } = toPlain(parseMessage(MESSAGE).structure);
  expect(root).toMatchObject({ path: "", contentType: "multipart/mixed", parameters: { boundary: "b" } });
  expect(children).toMatchObject([
    { path: "1", contentType: "text/plain", children: [] },
    { path: "2", contentType: "text/calendar" },
    {
      path: "3",
      filename: "../report.pdf",
      transferEncoding: "x-own",
      headers: [
        { name: "Content-Type", value: 'application/pdf; name="../report.pdf"' },
        { name: "Content-Transfer-Encoding", value: "x-own" },
      ],
      bodyStart: Buffer.from(MESSAGE).indexOf("%PDF"),
    },
  ]);
  expect(JSON.stringify(children)).not.toContain("parent");
});

test("the parts of a stream are plain data as JSON, without the stream itself", async () => {
  const parts: Record<string, unknown>[] = [];
  for await (const part of streamMessage(Readable.from([Buffer.from(MESSAGE)]))) parts.push(toPlain(part));
  const { headers, from, to, date } = toPlain(parseMessage(MESSAGE));
  expect(parts).toMatchObject([
    { type: "header", envelope: { headers, from, to, date, subject: "The report" } },
    { type: "attachment", attachment: { contentType: "text/calendar" } },
    { type: "attachment", attachment: { filename: "../report.pdf", safeFilename: "report.pdf" } },
    { type: "end", text: "grüße" },
  ]);
  expect(parts[2]?.["attachment"]).not.toHaveProperty("content");
});
