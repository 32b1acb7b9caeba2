import { expect, test } from "vitest";
import { parseMessage } from "../../src/parse-message.js";

test("the identity of an address stays as it was sent", () => {
  expect(parseMessage("From: a@xn--80ak6aa92e.com\n\n").from).toEqual([
    { name: "", address: "a@xn--80ak6aa92e.com" },
  ]);
});

test("images of the HTML are told from other attachments", () => {
  const message = parseMessage(
    'Content-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html\n\n<img src="cid:logo@x">\n--b\nContent-Type: image/png\nContent-ID: <logo@x>\n\nPNG\n--b--\n',
  );
  expect(message.html).toContain("cid:logo@x");
  expect(message.attachments[0]).toMatchObject({
    isRelated: true,
    contentId: "logo@x",
    safeFilename: "attachment-1.png",
  });
});

test.each([
  ["multipart/signed; protocol=application/pgp-signature; boundary=b", "x", undefined, "pgp-mime"],
  ["multipart/signed; protocol=application/pkcs7-signature; boundary=b", "x", undefined, "smime"],
  ["multipart/encrypted; boundary=b", "x", "pgp-mime", undefined],
  ["application/pkcs7-mime; smime-type=enveloped-data", "x", "smime", undefined],
  ["application/pkcs7-mime; smime-type=signed-data", "x", undefined, "smime"],
  ["text/plain", "-----BEGIN PGP MESSAGE-----", "pgp-inline", undefined],
  ["text/plain", "-----BEGIN PGP SIGNED MESSAGE-----", undefined, "pgp-inline"],
  ["text/plain", "hello", undefined, undefined],
])("a message of type %s and %j is encrypted: %s, signed: %s", (type, body, encryption, signature) => {
  const content = type.startsWith("multipart/") ? `--b\n\n${body}\n--b--\n` : body;
  const message = parseMessage(`Content-Type: ${type}\n\n${content}`);
  expect([message.encryption, message.signature]).toEqual([encryption, signature]);
});

test("an invitation is found", () => {
  const calendar = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR";
  const message = parseMessage(
    `Content-Type: multipart/alternative; boundary=b\n\n--b\n\nhi\n--b\nContent-Type: text/calendar; charset=utf-8\nContent-Transfer-Encoding: base64\n\n${Buffer.from(calendar).toString("base64")}\n--b--\n`,
  );
  expect(message.calendar).toEqual({ method: "REQUEST", text: calendar.replaceAll("\r\n", "\n") });
  expect(message.text).toBe("hi");
});

test("the charset in the markup counts when the header names none", () => {
  const source = Buffer.concat([
    Buffer.from('Content-Type: text/html\n\n<meta charset="koi8-r">'),
    Buffer.from([0xd0, 0xd2, 0xc9]),
  ]);
  expect(parseMessage(source).html).toContain("при");
});

test("text between HTML parts is shown in the HTML", () => {
  const message = parseMessage(
    "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n\n<p>a</p>\n--b\n\n<b> & c\n--b--\n",
  );
  expect(message.html).toBe("<p>a</p><br/>\n<p>&lt;b&gt; &amp; c</p>");
  expect(message.text).toBe("<b> & c");
});

test("attachments of one name get names of their own", () => {
  const file = "--b\nContent-Type: text/x; name=a.txt\n\nx\n";
  const message = parseMessage(`Content-Type: multipart/mixed; boundary=b\n\n${file}${file}--b--\n`);
  expect(message.attachments.map((part) => part.safeFilename)).toEqual(["a.txt", "a (2).txt"]);
});

test("a message that is no message is text", () => {
  expect(parseMessage("just some words\nand more").text).toBe("just some words\nand more");
  expect(parseMessage("").text).toBe("");
  expect(parseMessage(new Uint8Array([0xff, 0xfe])).subject).toBeUndefined();
});

test("a view into a larger buffer is read as it is", () => {
  const bytes = new TextEncoder().encode("xxSubject: hi\n\nbodyxx");
  expect(parseMessage(bytes.subarray(2, bytes.length - 2))).toMatchObject({ subject: "hi", text: "body" });
});
