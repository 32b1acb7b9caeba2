import { expect, test } from "vitest";
import { parseMail } from "../../src/view/parse-mail.js";

const mixed = [
  "From: =?UTF-8?Q?J=C3=BCrgen?= <j@one.test>",
  'To: "Team, all": ada@one.test, Bob <bob@two.test>;',
  "Cc: carol@two.test",
  "Reply-To: back@one.test",
  "Subject: =?UTF-8?B?R3LDvMOfZQ==?=",
  "Date: Fri, 21 Nov 1997 09:55:06 -0600",
  "Message-ID: <1@one.test>",
  'Content-Type: multipart/mixed; boundary="out er"',
  "",
  "preamble",
  "--out er",
  "Content-Type: multipart/alternative; boundary=in",
  "",
  "--in",
  "Content-Type: text/plain; charset=iso-8859-1",
  "Content-Transfer-Encoding: quoted-printable",
  "",
  "Sch=F6n =",
  "hier",
  "--in",
  "Content-Type: text/html; charset=utf-8",
  "",
  "<p>Schön <img src='cid:logo'></p>",
  "--in--",
  "--out er",
  "Content-Type: image/png",
  "Content-ID: <logo>",
  "Content-Transfer-Encoding: base64",
  "",
  "iVBO",
  "--out er",
  "Content-Type: text/plain",
  "Content-Disposition: attachment; filename*=utf-8''%C3%BCber.txt",
  "",
  "notes",
  "--out er--",
  "epilogue",
  "",
];

test.each(["\r\n", "\n"])("a message with parts, line ends %j", (lineEnd) => {
  const parsed = parseMail(Buffer.from(mixed.join(lineEnd)), ["ADA@one.test", "hidden@two.test"]);
  expect(parsed).toMatchObject({
    subject: "Grüße",
    from: [{ name: "Jürgen", address: "j@one.test" }],
    to: [{ address: "ada@one.test" }, { name: "Bob", address: "bob@two.test" }],
    cc: [{ address: "carol@two.test" }],
    bcc: [{ name: "", address: "hidden@two.test" }],
    replyTo: [{ address: "back@one.test" }],
    date: new Date("1997-11-21T15:55:06Z"),
    messageId: "<1@one.test>",
    text: "Schön hier",
    html: "<p>Schön <img src='cid:logo'></p>",
    attachments: [
      { contentType: "image/png", contentId: "logo", isInline: true, filename: undefined },
      { contentType: "text/plain", filename: "über.txt", isInline: false, content: Buffer.from("notes") },
    ],
  });
  expect(parsed.attachments[0]?.content).toEqual(Buffer.from("iVBO", "base64"));
  expect(parsed.headers.get("reply-to")).toBe("back@one.test");
});

test("text alone, and what is hardly a message", () => {
  expect(parseMail(Buffer.from("Subject: x\r\n\r\nhello\r\n"))).toMatchObject({
    subject: "x",
    text: "hello\n",
    html: undefined,
    attachments: [],
    bcc: [],
  });
  expect(parseMail(Buffer.from("\r\nno header"))).toMatchObject({ subject: undefined, text: "no header" });
  expect(parseMail(Buffer.from("Subject: only"))).toMatchObject({ subject: "only", text: "" });
  expect(parseMail(Buffer.alloc(0))).toMatchObject({ subject: undefined, from: [], text: "" });
});

test("a boundary that never closes, and parts in parts in parts", () => {
  const open = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nfirst\r\n--b\r\n\r\nsecond";
  expect(parseMail(Buffer.from(open)).text).toBe("first\nsecond");
  const deep = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n".repeat(500);
  expect(parseMail(Buffer.from(deep)).attachments.length).toBeLessThan(2);
});
