import { mixedMessage } from "../support/mime-samples.js";

/** A message and what must be read from it, whatever the server makes of its structure. */
export interface VariedMessage {
  readonly title: string;
  readonly source: Buffer;
  readonly subject?: string;
  readonly text: string | undefined;
  readonly html?: string;
  readonly attachments?: readonly VariedAttachment[];
}

/** An attachment with its decoded content. */
interface VariedAttachment {
  readonly part: string;
  readonly contentType: string;
  readonly filename?: string;
  readonly content: Buffer;
}

const HEAD = [
  "From: ada@example.test",
  "To: bob@example.test",
  "Date: Fri, 20 Nov 2026 10:00:00 +0000",
  "MIME-Version: 1.0",
];

function message(headers: readonly string[], body: string | Buffer = ""): Buffer {
  const head = `${[...HEAD, ...headers].join("\r\n")}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head, "utf8"), Buffer.from(body)]);
}

/** Lines with CRLF, the last one too. */
function lines(...texts: readonly string[]): string {
  return texts.map((text) => `${text}\r\n`).join("");
}

const PNG = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");
const INNER = message(["Subject: inner", "Content-Type: text/plain"], "Inside.\r\n");

/** The shapes that mail comes in: charsets, encodings, nesting, and parts that are missing, odd or broken. */
export const variedMessages: readonly VariedMessage[] = [
  {
    title: "no MIME at all",
    source: Buffer.from("Subject: bare\r\n\r\nHello.\r\n"),
    subject: "bare",
    text: "Hello.\n",
  },
  {
    title: "ISO-8859-1 in quoted-printable with soft line ends",
    source: message(
      ["Content-Type: text/plain; charset=ISO-8859-1", "Content-Transfer-Encoding: quoted-printable"],
      lines("Sch=F6n, dass=20=", "du da=", " bist =3D gut"),
    ),
    text: "Schön, dass du da bist = gut\n",
  },
  {
    title: "ISO-2022-JP, in the subject too",
    source: message(
      ["Subject: =?ISO-2022-JP?B?GyRCRnxLXDhsGyhC?=", "Content-Type: text/plain; charset=iso-2022-jp"],
      Buffer.from("\x1b$BF|K\\8l\x1b(B\r\n", "latin1"),
    ),
    subject: "日本語",
    text: "日本語\n",
  },
  {
    title: "KOI8-R in base64",
    source: message(
      ["Content-Type: text/plain; charset=KOI8-R", "Content-Transfer-Encoding: base64"],
      lines(Buffer.from("f0d2c9d7c5d4", "hex").toString("base64")),
    ),
    text: "Привет",
  },
  {
    title: "UTF-8 in 8bit",
    source: message(
      ["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit"],
      "Grüße, 世界, 🎉\r\n",
    ),
    text: "Grüße, 世界, 🎉\n",
  },
  {
    title: "Windows-1252 in 8bit",
    source: message(
      ['Content-Type: text/plain; charset="Windows-1252"', "Content-Transfer-Encoding: 8bit"],
      Buffer.from("\x93quoted\x94 \x80 5\r\n", "latin1"),
    ),
    text: "“quoted” € 5\n",
  },
  {
    title: "flowed text",
    source: message(
      ["Content-Type: text/plain; charset=us-ascii; format=flowed; delsp=yes"],
      lines("one para ", "graph", "", "> quoted "),
    ),
    text: "one paragraph\n\n> quoted\n",
  },
  {
    title: "HTML alone",
    source: message(["Content-Type: text/html; charset=utf-8"], "<p>Schön</p>\r\n"),
    text: undefined,
    html: "<p>Schön</p>\n",
  },
  { title: "no body", source: message(["Content-Type: text/plain"]), text: "" },
  {
    title: "a body that is one file",
    source: message(
      [
        "Content-Type: application/pdf; name*0*=utf-8''%C3%9Cber; name*1=sicht.pdf",
        "Content-Transfer-Encoding: base64",
      ],
      lines(PNG.toString("base64")),
    ),
    text: undefined,
    attachments: [{ part: "1", contentType: "application/pdf", filename: "Übersicht.pdf", content: PNG }],
  },
  {
    title: "related in alternative in mixed, an attached message and a text file",
    source: message(
      ["Subject: nested", 'Content-Type: multipart/mixed; boundary="o=_:? x"'],
      lines(
        "A preamble that nobody reads.",
        ...["--o=_:? x", "Content-Type: multipart/alternative; boundary=alternative", ""],
        ...["--alternative", "Content-Type: text/plain; charset=utf-8", "", "Plain", ""],
        ...["--alternative", "Content-Type: multipart/related; boundary=related", ""],
        ...["--related", "Content-Type: text/html; charset=utf-8", "", '<img src="cid:logo@x">', ""],
        ...[
          "--related",
          "Content-Type: image/png",
          "Content-ID: <logo@x>",
          "Content-Transfer-Encoding: base64",
        ],
        ...['Content-Disposition: inline; filename="logo.png"', "", PNG.toString("base64")],
        ...["--related--", "--alternative--"],
        ...["--o=_:? x", "Content-Type: message/rfc822", "", INNER.toString("utf8")],
        ...["--o=_:? x", "Content-Type: text/plain; charset=us-ascii"],
        ...["Content-Disposition: attachment; filename*=iso-8859-1'de'Gr%FC%DFe.txt", "", "A file.", ""],
        "--o=_:? x--",
        "An epilogue.",
      ),
    ),
    subject: "nested",
    text: "Plain\n",
    html: '<img src="cid:logo@x">\n',
    attachments: [
      { part: "1.2.2", contentType: "image/png", filename: "logo.png", content: PNG },
      { part: "2", contentType: "message/rfc822", content: INNER },
      { part: "3", contentType: "text/plain", filename: "Grüße.txt", content: Buffer.from("A file.\r\n") },
    ],
  },
  {
    title: "an unknown transfer encoding",
    source: message(
      ["Content-Type: multipart/mixed; boundary=b"],
      lines(
        ...["--b", "Content-Type: text/plain", "Content-Transfer-Encoding: 7BIT", "", "Text", ""],
        ...[
          "--b",
          "Content-Type: application/octet-stream",
          "Content-Transfer-Encoding: x-odd",
          "",
          "as it is",
          "",
        ],
        "--b--",
      ),
    ),
    text: "Text\n",
    attachments: [
      { part: "2", contentType: "application/octet-stream", content: Buffer.from("as it is\r\n") },
    ],
  },
  {
    title: "a multipart that is cut off",
    source: message(
      ["Content-Type: multipart/mixed; boundary=b"],
      lines("--b", "Content-Type: text/plain", "", "The end is missing"),
    ),
    text: "The end is missing\n",
  },
  {
    title: "alternatives and a file",
    source: Buffer.from(mixedMessage(7)),
    subject: "Grüße 7",
    text: "Schön, Nummer 7",
    html: "<p>Schön 7</p>",
    attachments: [
      {
        part: "2",
        contentType: "application/pdf",
        filename: "Übersicht 7.pdf",
        content: Buffer.alloc(3_000, 7),
      },
    ],
  },
];
