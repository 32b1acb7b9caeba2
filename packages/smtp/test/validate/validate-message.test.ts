import { Readable } from "node:stream";
import { describe, expect, test, vi } from "vitest";
import type { OutgoingMessage } from "../../src/index.js";
import { type MessageLimits, renderMessage, validateMessage } from "../../src/index.js";
import { testClient } from "../support/test-client.js";

const GOOD: OutgoingMessage = {
  from: "ada@example.com",
  to: ["bob@example.org"],
  subject: "Hello",
  text: "Hi",
};
const FILE = { filename: "a.txt", contentType: "text/plain", content: "text" };

function problemsOf(change: object, limits?: MessageLimits): [string, string][] {
  return validateMessage({ ...GOOD, ...change }, limits).map(({ path, code }) => [path, code]);
}

describe("validateMessage", () => {
  test.each([undefined, null, "Hi Bob", 7])("finds that %o is no message", async (given) => {
    // @ts-expect-error
    const problems = validateMessage(given);
    expect(problems).toEqual([
      { path: "message", code: "required", message: expect.stringMatching(/^message is no object/) },
    ]);
    await using smtp = testClient(1);
    // @ts-expect-error
    expect(await smtp.send(given)).toMatchObject({ status: "invalid", problems, attempts: [] });
    // @ts-expect-error
    await expect(smtp.renderMessage(given)).rejects.toMatchObject({ code: "invalid-argument", problems });
    // @ts-expect-error
    await expect(renderMessage(given)).rejects.toMatchObject({ code: "invalid-argument", problems });
  });

  test.each([
    { path: "/etc/hostname" },
    { href: "https://example.org/a.txt" },
    { content: { path: "/etc/hostname" } },
  ])("says to those who attach %o that nothing is read, and what to do", (source) => {
    const { content: _content, ...named } = FILE;
    const problems = validateMessage({
      ...GOOD,
      // @ts-expect-error
      attachments: [{ ...named, ...source }],
    });
    expect(problems).toMatchObject([
      {
        path: "attachments[0].content",
        message: expect.stringContaining("files and URLs are not read: pass a stream"),
      },
    ]);
  });

  test.each([new Date("+012026-01-01"), new Date("-000001-01-01"), new Date(Number.NaN), "2026-01-01", 0])(
    "finds a date that no header field can tell: %o",
    (date) => {
      expect(problemsOf({ date })).toEqual([["date", "date"]]);
    },
  );

  test.each(["Pacific/Kiritimati", "Pacific/Pago_Pago"])(
    "counts years as the header does, in %s too",
    (zone) => {
      vi.stubEnv("TZ", zone);
      for (const date of ["0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
        expect(problemsOf({ date: new Date(date) })).toEqual([]);
      vi.unstubAllEnvs();
    },
  );

  test("finds nothing wrong with a sound message of every kind of part", () => {
    expect(
      problemsOf({
        sender: { name: "Secretary", address: "sec@example.com" },
        cc: { name: "Ünï", address: "carol@example.org" },
        bcc: "dave@example.org",
        replyTo: ["reply@example.com"],
        html: "<p>Hi</p>",
        alternatives: [{ contentType: "text/x-amp-html", content: "<html amp4email>" }],
        attachments: [
          FILE,
          { ...FILE, content: Buffer.from("x") },
          { ...FILE, content: Readable.from(["x"]) },
          { ...FILE, encoding: "base64", content: "eHg=", cid: "x@y" },
        ],
        calendar: { content: "BEGIN:VCALENDAR\r\nEND:VCALENDAR", method: "REQUEST" },
        headers: { "X-Campaign": "spring", "X-Many": ["a", "b"] },
        inReplyTo: "<a@example.org>",
        references: ["<a@example.org>", "<b@example.org>"],
        messageId: "<c@example.com>",
        date: new Date(0),
        list: {
          unsubscribe: ["https://example.com/u", "mailto:u@example.com"],
          oneClick: true,
          id: "news.example.com",
        },
        priority: "high",
        dsn: { notify: ["success", "failure"], return: "headers", envelopeId: "e-1" },
        envelope: { from: "bounce+1@example.com" },
      }),
    ).toEqual([]);
  });

  test("names every problem at once", () => {
    const found = problemsOf({
      from: "nobody",
      to: ["bob@example.org", "b@x>\r\nRCPT TO:<evil@y.example"],
      subject: "",
      text: "",
      headers: { "X-Bad": "a\r\nBcc: evil@example.org" },
      attachments: [{ ...FILE, filename: "" }],
    });
    expect(found).toEqual([
      ["from", "address-syntax"],
      ["to[1]", "address-syntax"],
      ["subject", "required"],
      ["headers.X-Bad", "header-value"],
      ["attachments[0].filename", "required"],
    ]);
  });

  test.each<[string, object, [string, string][]]>([
    ["no sender", { from: undefined }, [["from", "required"]]],
    ["no recipient", { to: [] }, [["to", "required"]]],
    ["a list in one string", { to: "a@example.org, b@example.org" }, [["to", "address-syntax"]]],
    [
      "a display name with a line break",
      { to: [{ name: "a\nb", address: "a@example.org" }] },
      [["to[0].name", "header-value"]],
    ],
    ["an address object without an address", { to: [{ name: "a" }] }, [["to[0].address", "address-syntax"]]],
    ["a bad envelope sender", { envelope: { from: "x" } }, [["envelope.from", "address-syntax"]]],
    [
      "a bad envelope recipient",
      { envelope: { to: ["x@example.org", "y"] } },
      [["envelope.to[1]", "address-syntax"]],
    ],
    [
      "101 recipients",
      { to: Array.from({ length: 101 }, (_, n) => `u${n}@example.org`) },
      [["to", "too-many"]],
    ],
    ["a subject of 999 characters", { subject: "x".repeat(999) }, [["subject", "too-long"]]],
    ["a subject with NUL", { subject: "a\0b" }, [["subject", "header-value"]]],
    ["a header of our own", { headers: { Bcc: "x@example.org" } }, [["headers.Bcc", "reserved-header"]]],
    ["a header name with a colon", { headers: { "X: y": "z" } }, [["headers.X: y", "header-name"]]],
    [
      "a header that is prepared",
      { headers: { X: { prepared: true, value: "a\r\nb" } } },
      [["headers.X", "header-value"]],
    ],
    ["an id without brackets", { inReplyTo: "a@example.org" }, [["inReplyTo", "message-id"]]],
    ["an id with a line break", { messageId: "<a@example.org>\r\n" }, [["messageId", "header-value"]]],
    ["a date that is none", { date: new Date(Number.NaN) }, [["date", "date"]]],
    ["a text from a path", { text: { path: "/etc/passwd" } }, [["text", "content"]]],
    [
      "an attachment from a path",
      { attachments: [{ filename: "x", contentType: "text/plain", path: "/etc/passwd" }] },
      [["attachments[0].content", "required"]],
    ],
    [
      "an attachment from a path in the content",
      { attachments: [{ ...FILE, content: { path: "/etc/passwd" } }] },
      [["attachments[0].content", "content"]],
    ],
    [
      "an attachment without a type",
      { attachments: [{ filename: "x", content: "y" }] },
      [["attachments[0].contentType", "required"]],
    ],
    [
      "a type with a line break",
      { attachments: [{ ...FILE, contentType: "text/plain\r\nX: y" }] },
      [["attachments[0].contentType", "content-type"]],
    ],
    [
      "a file name with a line break",
      { attachments: [{ ...FILE, filename: "a\r\nb" }] },
      [["attachments[0].filename", "header-value"]],
    ],
    [
      "base64 that is none",
      { attachments: [{ ...FILE, encoding: "base64", content: "%%%=" }] },
      [["attachments[0].content", "base64"]],
    ],
    [
      "a content id with brackets",
      { attachments: [{ ...FILE, cid: "<x>" }] },
      [["attachments[0].cid", "content-id"]],
    ],
    [
      "a one-click link without https",
      { list: { unsubscribe: "mailto:u@example.com", oneClick: true } },
      [["list.oneClick", "conflict"]],
    ],
    [
      "a list URL that ends its field",
      { list: { help: "https://x>\r\nX: y" } },
      [["list.help", "header-value"]],
    ],
    ["an unknown notification", { dsn: { notify: ["sometimes"] } }, [["dsn.notify", "dsn"]]],
    [
      "an original recipient for two",
      { to: ["a@example.org", "b@example.org"], dsn: { originalRecipient: "a@example.org" } },
      [["dsn.originalRecipient", "conflict"]],
    ],
    ["a calendar that is none", { calendar: { content: "hello" } }, [["calendar.content", "calendar"]]],
    [
      "raw beside text",
      { raw: "From: x\r\n\r\nbody" },
      [
        ["text", "conflict"],
        ["subject", "conflict"],
      ],
    ],
  ])("refuses %s", (_name, change, expected) => {
    expect(problemsOf(change)).toEqual(expected);
  });

  test("keeps to the limits it is given", () => {
    const limits: MessageLimits = {
      maxRecipients: 1,
      maxSubjectCharacters: 3,
      maxTextBytes: 3,
      maxAttachmentBytes: 4,
      maxAttachmentsBytes: 6,
      allowLocalDomains: true,
    };
    const change = {
      to: ["root@localhost", "bob@example.org"],
      text: "four",
      html: "four",
      attachments: [FILE, { ...FILE, content: "12345" }],
    };
    expect(problemsOf(change, limits)).toEqual([
      ["to", "too-many"],
      ["subject", "too-long"],
      ["text", "too-large"],
      ["html", "too-large"],
      ["attachments[1].content", "too-large"],
      ["attachments", "too-large"],
    ]);
  });

  test("has the limits of the documentation by default", () => {
    const big = (megabytes: number): Buffer => Buffer.alloc(megabytes * 1024 * 1024 + 1);
    expect(problemsOf({ attachments: [{ ...FILE, content: big(25) }] })).toEqual([
      ["attachments[0].content", "too-large"],
    ]);
    const files = Array.from({ length: 5 }, () => ({ ...FILE, content: big(20) }));
    expect(problemsOf({ attachments: files })).toEqual([["attachments", "too-large"]]);
    expect(problemsOf({ text: big(100) })).toEqual([["text", "too-large"]]);
    expect(problemsOf({ text: undefined, html: big(100) })).toEqual([["html", "too-large"]]);
  });
});
