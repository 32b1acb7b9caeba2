import { isMailError } from "@mailwright/core";
import { describe, expect, test } from "vitest";
import { parseMessage } from "../src/parse-message.js";

const lines = (...content: string[]): string => content.join("\r\n");

const MESSAGE = lines(
  "From: =?utf-8?q?Ada_L=C3=B6velace?= <ada@example.org>",
  "To: Bob <bob@example.com>, team: carol@example.com, dave@example.com;",
  "Subject: =?utf-8?b?SGVsbG8g?= =?utf-8?b?d29ybGQ=?=",
  "Date: Fri, 20 Nov 2026 10:13:00 +0100",
  "Message-ID: <1@example.org>",
  "In-Reply-To: <0@example.com>",
  "References: <a@example.com> <0@example.com>",
  'Content-Type: multipart/mixed; boundary="outer"',
  "",
  "preamble",
  "--outer",
  'Content-Type: multipart/alternative; boundary="inner"',
  "",
  "--inner",
  "Content-Type: text/plain; charset=iso-8859-1",
  "Content-Transfer-Encoding: quoted-printable",
  "",
  "gr=FC=DFe",
  "--inner",
  "Content-Type: text/html; charset=utf-8",
  "Content-Transfer-Encoding: base64",
  "",
  Buffer.from("<p>grüße</p>").toString("base64"),
  "--inner--",
  "--outer",
  "Content-Type: application/pdf",
  "Content-Disposition: attachment; filename*=utf-8''../r%C3%A4chnung.pdf",
  "Content-Transfer-Encoding: base64",
  "",
  Buffer.from("%PDF-1.7").toString("base64"),
  "--outer--",
  "",
);

describe("parseMessage", () => {
  const message = parseMessage(MESSAGE);

  test("reads the header", () => {
    expect(message.from).toEqual([{ name: "Ada Lövelace", address: "ada@example.org" }]);
    expect(message.to).toEqual([
      { name: "Bob", address: "bob@example.com" },
      {
        name: "team",
        members: [
          { name: "", address: "carol@example.com" },
          { name: "", address: "dave@example.com" },
        ],
      },
    ]);
    expect(message.subject).toBe("Hello world");
    expect(message.date?.toISOString()).toBe("2026-11-20T09:13:00.000Z");
    expect(message.messageId).toBe("<1@example.org>");
    expect(message.inReplyTo).toBe("<0@example.com>");
    expect(message.references).toEqual(["<a@example.com>", "<0@example.com>"]);
    expect(message.defects).toEqual([]);
  });

  test("decodes the bodies", () => {
    expect(message.text).toBe("grüße");
    expect(message.html).toBe("<p>grüße</p>");
  });

  test("lists the attachments and decodes them on demand", () => {
    expect(message.attachments).toHaveLength(1);
    const [pdf] = message.attachments;
    expect(pdf).toMatchObject({
      path: "2",
      filename: "../rächnung.pdf",
      safeFilename: "rächnung.pdf",
      contentType: "application/pdf",
      disposition: "attachment",
      sizeBytes: 8,
    });
    expect(pdf?.content().toString()).toBe("%PDF-1.7");
    expect(pdf?.checksum("md5")).toHaveLength(32);
  });

  test("gives byte offsets into the source", () => {
    const [alternative] = message.structure.children;
    const plain = alternative?.children[0];
    expect(MESSAGE.slice(plain?.bodyStart, plain?.bodyEnd)).toBe("gr=FC=DFe");
    expect(plain?.path).toBe("1.1");
  });

  test.each([
    ["LF", MESSAGE.replaceAll("\r\n", "\n")],
    ["CR", MESSAGE.replaceAll("\r\n", "\r")],
  ])("reads the same from lines that end with %s", (_name, source) => {
    const other = parseMessage(source);
    expect([...other.headers]).toEqual([...message.headers]);
    expect([other.text, other.html, other.subject]).toEqual([message.text, message.html, message.subject]);
    expect(other.attachments.map((part) => part.checksum())).toEqual(
      message.attachments.map((part) => part.checksum()),
    );
  });

  test("refuses what is neither bytes nor text", () => {
    const misuse: unknown = 42;
    let thrown: unknown;
    try {
      Reflect.apply(parseMessage, undefined, [misuse]);
    } catch (error) {
      thrown = error;
    }
    expect(isMailError(thrown) && thrown.code).toBe("invalid-argument");
  });

  test("opens a message in the message on demand", () => {
    const forwarded = parseMessage(
      lines(
        "From: a@example.org",
        "Date: Fri, 20 Nov 2026 10:13:00 +0100",
        "Content-Type: message/rfc822",
        "",
        "Subject: inner",
        "",
        "hi",
      ),
    );
    expect(forwarded.text).toBeUndefined();
    expect(forwarded.attachments[0]?.message()?.subject).toBe("inner");
    expect(forwarded.attachments[0]?.message()?.text).toBe("hi");
  });
});
