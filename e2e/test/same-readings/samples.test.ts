import { ImapClient } from "@mailwright/imap";
import { parseMessage } from "@mailwright/parser";
import { type MailServers, startMailServers } from "@mailwright/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { shownByImap, shownByParser } from "./shown.js";

/** One byte per character. */
interface Sample {
  readonly header: string;
  readonly body?: string;
}

const HEAD = "From: Ada <ada@example.org>\r\n";
const PLAIN = "Content-Type: text/plain";

/** Messages that readers of mail read differently, by what is in them. */
const samples: Readonly<Record<string, Sample>> = {
  "a raw header in windows-1252": { header: "Subject: Gr\xfc\xdfe\r\n" },
  "a raw header in UTF-8": { header: "Subject: Gr\xc3\xbc\xc3\x9fe\r\n" },
  "a raw header in ISO-2022-JP": { header: "Subject: \x1b$BF|\x1b(B\r\n" },
  "encoded words in quotes": { header: 'Subject: "=?utf-8?q?a=20b?=" c\r\n' },
  "quotes in encoded words": { header: "Subject: =?utf-8?q?=22a=22?= =?utf-8?q?b?=\r\n" },
  "words that split a character": { header: "Subject: =?utf-8?b?w6TD?=\r\n =?utf-8?b?tg==?=\r\n" },
  "folded ISO-2022-JP": {
    header: "Subject: =?ISO-2022-JP?B?GyRCRnwbKEI=?=\r\n =?ISO-2022-JP?B?GyRCS1wbKEI=?=\r\n",
  },
  "folded UTF-7": { header: "Subject: =?utf-7?q?+AOQ-?=\r\n =?utf-7?q?+APY-?=\r\n" },
  "a name in words and quotes": { header: 'To: "=?utf-8?q?Gr=C3=BC=C3=9Fe?=" <a@b.example>\r\n' },
  "a raw name": { header: "To: Gr\xc3\xbc\xc3\x9fe <a@b.example>, J\xf6rg <c@d.example>\r\n" },
  "a raw quoted name in windows-1252": { header: 'To: "J\xf6rg, K." <c@d.example>\r\n' },
  "a group": { header: "To: team: a@b.example, Bo <c@d.example>;, e@f.example\r\n" },
  "a date without a zone": { header: "Date: Fri, 20 Nov 2026 10:13:00\r\n" },
  "a date as ctime has it": { header: "Date: Fri Nov 20 10:13:00 2026\r\n" },
  "a date with a comment": { header: "Date: Fri, 20 Nov 2026 10:13:00 +0100 (CET)\r\n" },
  "a date that is none": { header: "Date: nonsense 12\r\n" },
  "ids with blanks": { header: "Message-ID: <a b@c>\r\nReferences: <d@\te> f@g <h@i\r\n" },
  "an id without brackets": { header: "Message-ID: a@b\r\nIn-Reply-To: c@d\r\n" },
  "an id without a domain": { header: "Message-ID: a1\r\n" },
  "padding in the middle of base64": {
    header: `${PLAIN}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n`,
    body: "Z3I=w7w=\r\n",
  },
  "encoded blanks at the ends of lines": {
    header: `${PLAIN}; format=flowed\r\nContent-Transfer-Encoding: quoted-printable\r\n`,
    body: "one=20\r\ntwo\r\nthree =20\r\nfour\r\n",
  },
  "flowed text with quotes": {
    header: `${PLAIN}; format=flowed; delsp=yes\r\n`,
    body: "a \r\nb\r\n> c \r\n> d\r\n-- \r\nAda\r\n",
  },
  "UTF-8 labelled ISO-8859-1": {
    header: `${PLAIN}; charset=iso-8859-1\r\n`,
    body: "Gr\xc3\xbc\xc3\x9fe\r\n",
  },
  "windows-1252 labelled UTF-8": { header: `${PLAIN}; charset=utf-8\r\n`, body: "Gr\xfc\xdfe\r\n" },
  cp850: { header: `${PLAIN}; charset=cp850\r\n`, body: "Gr\x81\xe1e\r\n" },
  "UTF-16 without a mark": { header: `${PLAIN}; charset=utf-16\r\n`, body: "G\0r\0\xfc\0\xdf\0e\0" },
  "a charset of the Mac": { header: `${PLAIN}; charset=x-mac-roman\r\n`, body: "Gr\x9f\xa7e\r\n" },
  "a charset that nobody knows": { header: `${PLAIN}; charset=x-martian\r\n`, body: "Gr\xfc\xdfe\r\n" },
  uuencode: {
    header: `${PLAIN}\r\nContent-Transfer-Encoding: x-uuencode\r\n`,
    body: "begin 644 a\r\n#86)C\r\n`\r\nend\r\n",
  },
  "a charset in the HTML only": {
    header: "Content-Type: text/html\r\n",
    body: '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-2">\xb1\r\n',
  },
  "a file name in segments": {
    header:
      "Content-Type: application/pdf\r\nContent-Disposition: attachment;\r\n filename*0*=iso-2022-jp''%1B$BF%7C%1B%28B; filename*1*=%1B$BK%5C%1B%28B\r\n",
  },
  "a file name in words": {
    header: 'Content-Type: application/pdf; name="=?utf-8?q?Gr=C3=BC=C3=9Fe?=.pdf"\r\n',
  },
  "a raw file name in UTF-8": {
    header:
      'Content-Type: application/pdf\r\nContent-Disposition: attachment; filename="Gr\xc3\xbc\xc3\x9fe.pdf"\r\n',
  },
  "a raw file name in windows-1252": {
    header:
      'Content-Type: application/pdf\r\nContent-Disposition: attachment; filename="Gr\xfc\xdfe.pdf"\r\n',
  },
  "a file name with quotes and backslashes": {
    header: 'Content-Type: application/pdf; name="a \\"b\\" C:\\\\c.pdf"\r\n',
  },
};

let mail: MailServers;
let imap: ImapClient;

beforeAll(async () => {
  mail = await startMailServers({ accounts: [{ user: "ada", password: "secret-word" }] });
  imap = new ImapClient({
    server: { host: mail.host, port: mail.imap.port, security: "none" },
    credentials: { user: "ada", password: "secret-word" },
  });
});
afterAll(async () => {
  await imap.close();
  await mail.stop();
});

describe("a message reads the same by messages() and by parseMessage()", () => {
  test.each(Object.entries(samples))("with %s", async (_what, { header, body = "Hello.\r\n" }) => {
    const source = Buffer.from(`${HEAD}${header}\r\n${body}`, "latin1");
    const { uid } = mail.store.deliver("ada", source);
    const read = await imap.message("INBOX", uid, { body: "text", headers: "all" });
    if (read === undefined) throw new Error("The message is not there");
    expect(shownByImap(read)).toEqual(shownByParser(await parseMessage(source)));
  });
});
