import MailComposer from "nodemailer/lib/mail-composer";
import { describe, expect, test } from "vitest";
import { serializeMime } from "../../src/render/serialize-mime.js";
import { endLine, toCrlf } from "../../src/wire/to-crlf.js";

type Options = NonNullable<ConstructorParameters<typeof MailComposer>[0]>;

const LONG = "a line that goes on and on, ".repeat(40);
const TEXTS = [
  "",
  "plain\n",
  "no line end",
  "ünï\n\n.dots\n..\n",
  `${LONG}\n${LONG}`,
  "ends with blank \n\t\n",
  "日本語".repeat(100),
  "a\rb\r\nc\n\r",
];
const FILES = [
  Buffer.alloc(0),
  Buffer.from("x"),
  Buffer.alloc(57, 1),
  Buffer.alloc(58, 2),
  Buffer.alloc(200_000, 3),
];

const BASE: Options = {
  from: { name: "Ada Ünï", address: "ada@example.com" },
  to: "bob@example.org",
  subject: `Grüße ${LONG}`,
  messageId: "<a@example.com>",
  date: new Date(0),
  baseBoundary: "fixed",
};

const attachments = FILES.map((content, index) => ({
  filename: `ü${index}.bin`,
  contentType: "application/octet-stream",
  content,
}));
const forwarded = {
  contentType: "message/rfc822",
  filename: "f.eml",
  content: Buffer.from("Subject: x\n\nbody\n"),
};
const inline = { filename: "i.png", contentType: "image/png", content: Buffer.from([1, 2]), cid: "i@x" };

const CASES: readonly Options[] = [
  ...TEXTS.map((text) => ({ text })),
  ...TEXTS.map((html) => ({ html, text: "t" })),
  ...TEXTS.map((text) => ({ text, attachments: [...attachments, forwarded] })),
  { html: "<img>", text: "t", attachments: [inline, ...attachments] },
  { html: "<img>", attachments: [inline] },
  { attachments: attachments.slice(1, 2) },
  { text: "t", icalEvent: { content: "BEGIN:VCALENDAR\r\nEND:VCALENDAR", method: "REQUEST" } },
  { text: "t", alternatives: [{ contentType: "text/x-web", content: Buffer.from("ü") }] },
];

describe("serializeMime", () => {
  test.each(CASES.map((options, index) => ({ index, options })))(
    "says what nodemailer's own build() says, case $index",
    async ({ options }) => {
      const compile = (): ReturnType<MailComposer["compile"]> =>
        new MailComposer(structuredClone({ ...BASE, ...options })).compile();
      const ours = serializeMime(restore(compile()));
      const theirs = await restore(compile()).build();
      expect(ours === undefined ? undefined : unquoted(endLine(ours))).toBe(unquoted(toCrlf(theirs)));
    },
  );

  test("leaves streams to nodemailer", () => {
    const content = { pipe: () => {} };
    const tree = new MailComposer({ ...BASE, text: "t" }).compile();
    Object.assign(tree, { content });
    expect(serializeMime(tree)).toBeUndefined();
  });
});

/** Where lines are broken and what is escaped beyond need is left to each writer of quoted-printable. */
function unquoted(bytes: Buffer): string {
  const joined = bytes.toString("latin1").replaceAll("=\r\n", "");
  return joined.replace(/=([0-9A-F]{2})/g, (_, pair: string) =>
    String.fromCharCode(Number.parseInt(pair, 16)),
  );
}

/** structuredClone turns a Buffer into a plain Uint8Array, which nodemailer does not know. */
function restore(tree: ReturnType<MailComposer["compile"]>): ReturnType<MailComposer["compile"]> {
  if (tree.content instanceof Uint8Array) tree.content = Buffer.from(tree.content);
  for (const child of tree.childNodes) restore(child);
  return tree;
}
