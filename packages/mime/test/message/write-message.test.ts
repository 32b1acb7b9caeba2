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

  test("nests forms of the body in each other, and files around them", () => {
    const image = { ...FILE, filename: "i.png", contentType: "image/png", cid: "i@x" };
    const written = write({ html: "<p>", attachments: [image, FILE] });
    const structure = [...written.matchAll(/^(?:Content-Type: ([^;\r\n]+)|--(\S+))/gm)].map(
      (m) => m[1] ?? m[2],
    );
    expect(structure).toEqual([
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

  test.each([
    ["plain ASCII", "7bit"],
    ["x".repeat(77), "quoted-printable"],
    ["Grüße", "quoted-printable"],
    ["日本語", "base64"],
    ["a NUL \0", "quoted-printable"],
  ])("encodes the text %j as %s", (text, encoding) => {
    expect(write({ text })).toContain(`Content-Transfer-Encoding: ${encoding}\r\n`);
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

  test("refuses a boundary that could be read as something else", () => {
    const files = { ...MESSAGE, attachments: [FILE] };
    expect(() => writeMessage(files, { uniqueText: () => 'a"\r\n' })).toThrow(RangeError);
  });
});
