import { describe, expect, test } from "vitest";
import { type MimeMessage, writeMessage } from "../../src/index.js";

const MESSAGE: MimeMessage = {
  from: { name: "Ada Lovelace", address: "ada@example.com" },
  to: [{ name: "", address: "bob@example.org" }],
  subject: "Hello",
  messageId: "<fixed@example.com>",
  date: new Date("2026-01-02T03:04:05Z"),
  text: "Hi Bob\n",
};

const write = (change: Partial<MimeMessage> = {}): string =>
  writeMessage({ ...MESSAGE, ...change }, { uniqueText: () => "unique" }).toString();

/** The types of a message and its parts, and the lines between them. */
const structureOf = (written: string): (string | undefined)[] =>
  [...written.matchAll(/^(?:Content-Type: ([^;\r\n]+)|--(\S+))/gm)].map(
    ([, type, boundary]) => type ?? boundary,
  );

const FILE = {
  filename: "a.bin",
  contentType: "application/octet-stream",
  content: Uint8Array.of(1, 2, 3),
};

describe("writeMessage", () => {
  test("writes a text with its fields, and asks for no boundary", () => {
    const unasked = (): string => {
      throw new Error("not needed");
    };
    expect(writeMessage(MESSAGE, { uniqueText: unasked }).toString().split("\r\n")).toEqual([
      "From: Ada Lovelace <ada@example.com>",
      "To: bob@example.org",
      "Subject: Hello",
      "Message-ID: <fixed@example.com>",
      "Date: Fri, 2 Jan 2026 03:04:05 +0000",
      "MIME-Version: 1.0",
      "Content-Type: text/plain; charset=utf-8",
      "Content-Transfer-Encoding: 7bit",
      "",
      "Hi Bob",
      "",
    ]);
  });

  test("writes all other fields that a message has, in their order", () => {
    const written = write({
      sender: { name: "", address: "office@example.com" },
      cc: [{ name: "Carol", address: "carol@example.org" }],
      replyTo: [{ name: "", address: "list@example.com" }],
      inReplyTo: "<one@example.org>",
      references: ["<zero@example.org>", "<one@example.org>"],
      headers: [["X-Own", "1"]],
    });
    expect(written.split("\r\n").slice(0, 11)).toEqual([
      "From: Ada Lovelace <ada@example.com>",
      "Sender: office@example.com",
      "To: bob@example.org",
      "Cc: Carol <carol@example.org>",
      "Reply-To: list@example.com",
      "Subject: Hello",
      "Message-ID: <fixed@example.com>",
      "In-Reply-To: <one@example.org>",
      "References: <zero@example.org> <one@example.org>",
      "Date: Fri, 2 Jan 2026 03:04:05 +0000",
      "X-Own: 1",
    ]);
  });

  test("nests forms of the body in each other, and files around them", () => {
    const image = { ...FILE, filename: "i.png", contentType: "image/png", cid: "i@x" };
    const written = write({ html: "<p>", attachments: [image, FILE] });
    expect(structureOf(written)).toEqual([
      "multipart/mixed",
      "=_3_unique",
      "multipart/alternative",
      "=_2_unique",
      "text/plain",
      "=_2_unique",
      "multipart/related",
      "=_1_unique",
      "text/html",
      "=_1_unique",
      "image/png",
      "=_1_unique--",
      "=_2_unique--",
      "=_3_unique",
      "application/octet-stream",
      "=_3_unique--",
    ]);
  });

  test("puts an invitation among the forms of the body, and beside them as a file", () => {
    const written = write({ calendar: { content: "BEGIN:VCALENDAR\n", method: " request" } });
    expect(structureOf(written)).toEqual([
      "multipart/mixed",
      "=_2_unique",
      "multipart/alternative",
      "=_1_unique",
      "text/plain",
      "=_1_unique",
      "text/calendar",
      "=_1_unique--",
      "=_2_unique",
      "application/ics",
      "=_2_unique--",
    ]);
    expect(written).toContain("Content-Type: text/calendar; charset=utf-8; method=REQUEST\r\n");
    expect(written).toContain("Content-Disposition: attachment; filename=invite.ics\r\n");
  });

  test("writes further forms of the body, the images with the last one in HTML", () => {
    const image = { ...FILE, filename: "i.png", contentType: "image/png", cid: "i@x" };
    const written = write({
      html: "<p>",
      alternatives: [
        { contentType: "text/html; charset=iso-8859-1", content: Buffer.from("<p>caf\u00e9", "latin1") },
        { contentType: "text/plain; charset=utf-16le", content: Buffer.from("a\r\n", "utf16le") },
        { contentType: "application/pdf", content: FILE.content },
      ],
      attachments: [image],
    });
    expect(structureOf(written)).toEqual([
      "multipart/alternative",
      "=_2_unique",
      "text/plain",
      "=_2_unique",
      "text/html",
      "=_2_unique",
      "multipart/related",
      "=_1_unique",
      "text/html",
      "=_1_unique",
      "image/png",
      "=_1_unique--",
      "=_2_unique",
      "text/plain",
      "=_2_unique",
      "application/pdf",
      "=_2_unique--",
    ]);
    expect(written).toContain(
      "text/html; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>caf=E9\r\n",
    );
    expect(written).toContain(
      "text/plain; charset=utf-16le\r\nContent-Transfer-Encoding: base64\r\n\r\nYQANAAoA\r\n",
    );
    expect(written).toContain("Content-Type: application/pdf\r\nContent-Disposition: attachment\r\n");
  });

  test.each([
    ["application/octet-stream", undefined, "attachment"],
    ["application/pdf", "i@x", "attachment"],
    ["image/png", undefined, "attachment"],
    ["image/png", "i@x", "inline"],
    ["message/rfc822", undefined, "inline"],
  ])("names a file of type %s with the content id %s, and has it %s", (contentType, cid, disposition) => {
    expect(write({ attachments: [{ ...FILE, contentType, cid }] })).toContain(
      `Content-Type: ${contentType};\r\n name="a.bin"\r\nContent-Disposition: ${disposition}; filename=a.bin\r\n`,
    );
  });

  test.each([
    ["plain ASCII", "7bit"],
    ["x".repeat(76), "7bit"],
    [`${"x".repeat(76)}\n`.repeat(2), "7bit"],
    ["x".repeat(77), "quoted-printable"],
    ["Grüße", "quoted-printable"],
    ["日本語", "base64"],
    ["a NUL \0", "quoted-printable"],
  ])("encodes the text %j as %s", (text, encoding) => {
    expect(write({ text })).toContain(`Content-Transfer-Encoding: ${encoding}\r\n`);
  });

  test.each([
    ["ASCII", "Subject: a\n\na\n", "7bit"],
    ["lines as long as they may be", `\n${"a".repeat(998)}\n`, "7bit"],
    ["longer lines", `\n${"a".repeat(999)}\n`, "8bit"],
    ["NUL", "\na\0\n", "8bit"],
  ])("leaves a message of %s as it is, and says what it holds", (_what, content, encoding) => {
    const attachment = { ...FILE, contentType: "message/rfc822", content: Buffer.from(content) };
    const written = write({ attachments: [attachment] });
    expect(written).toContain(
      `filename=a.bin\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${content.replaceAll("\n", "\r\n")}`,
    );
  });

  test("says 8bit of what must not be encoded, also around it", () => {
    const content = Buffer.from("Subject: ü\n\nü\n");
    const written = write({ attachments: [{ ...FILE, contentType: "message/rfc822", content }] });
    expect(written.match(/^Content-Transfer-Encoding: 8bit\r$/gm)).toHaveLength(2);
    expect(written).toContain("\r\n\r\nSubject: ü\r\n\r\nü\r\n");
  });

  test("lets a file that is the whole body bring no field along that the message has", () => {
    const headers = [
      ["From", "eve@example.com"],
      ["Bcc", "secret@example.com"],
      ["X-Own", "1"],
    ] as const;
    const written = write({ text: undefined, attachments: [{ ...FILE, headers }] });
    expect(written.match(/^From: /gm)).toHaveLength(1);
    expect(written).not.toContain("Bcc");
    expect(written).toContain("X-Own: 1\r\n");
  });

  test("lets a file beside others bring its fields along, but none that describes it, and no blind copies", () => {
    const headers = [
      ["From", "eve@example.com"],
      ["Bcc", "secret@example.com"],
      ["Content-Type", "text/html"],
    ] as const;
    const written = write({ attachments: [{ ...FILE, headers }] });
    expect(written.match(/^From: /gm)).toHaveLength(2);
    expect(written).not.toContain("Bcc");
    expect(written).not.toContain("text/html");
  });

  test.each<[string, Partial<MimeMessage>]>([
    ["a subject", { subject: "a\r\nBcc: eve@example.com" }],
    ["a name", { to: [{ name: "a\r\nBcc: eve@example.com", address: "bob@example.org" }] }],
    ["a value", { headers: [["X-A", "a\r\nBcc: eve@example.com"]] }],
    ["a filename", { attachments: [{ ...FILE, filename: "a\r\nBcc: eve@example.com" }] }],
    ["a type", { attachments: [{ ...FILE, contentType: 'a/b; x="\r\nBcc: eve@example.com"' }] }],
  ])("lets %s add no field", (_what, change) => {
    expect(write(change)).not.toMatch(/^Bcc:/im);
  });

  test.each<[string, Partial<MimeMessage>]>([
    ["a name of a field", { headers: [["X\r\nBcc", "a"]] }],
    ["a message id", { messageId: "<a@b>\r\nBcc: eve@example.com" }],
    ["a reference", { references: ["<a@b>\nBcc: eve@example.com"] }],
    ["an address", { to: [{ name: "", address: "a@b\r\nBcc: eve@example.com" }] }],
    ["a content id", { attachments: [{ ...FILE, cid: "a>\r\nBcc: e" }] }],
    ["a type", { attachments: [{ ...FILE, contentType: "nothing" }] }],
    ["a date", { date: new Date(Number.NaN) }],
  ])("refuses %s that cannot be written", (_what, change) => {
    expect(() => write(change)).toThrow(RangeError);
  });

  test.each(['a"\r\n', "", "a".repeat(61)])("refuses a boundary that readers might not read: %j", (text) => {
    const files = { ...MESSAGE, attachments: [FILE] };
    expect(() => writeMessage(files, { uniqueText: () => text })).toThrow(RangeError);
  });
});
