import { existsSync, readdirSync, readFileSync } from "node:fs";
import { domainToUnicode } from "node:url";
import { flattenAddresses } from "@mailwright/mime";
import { type AddressObject, type ParsedMail, simpleParser } from "mailparser";
import { describe, expect, test } from "vitest";
import type { ParsedMessage } from "../../src/message/parsed-message.js";
import { parseMessage } from "../../src/parse-message.js";
import { readFixtures } from "../support/fixtures.js";
import { CORPORA } from "./reference-view.js";

type Field = "subject" | "addresses" | "messageId" | "text" | "html" | "attachments";

interface Difference {
  readonly reason: string;
  /** Recognises the kind of difference; a message that it does not explain is listed by name. */
  readonly explains?: (ours: View, theirs: View, field: Field) => boolean;
  readonly messages?: readonly string[];
}

interface View {
  readonly subject: string;
  readonly addresses: readonly string[];
  readonly messageId: string;
  readonly text: string;
  readonly html: string;
  readonly attachments: readonly (readonly [contentType: string, content: string])[];
}

const withoutHighBytes = (text: string): string => text.replace(/[^\0-\x7f]+/g, "?");
const isMessage = ([type]: readonly [string, string]): boolean => type === "message/rfc822";

const DIFFERENCES: readonly Difference[] = [
  {
    reason: "undeclared 8-bit characters are guessed; mailparser has U+FFFD, or its bytes as latin1",
    explains: (ours, theirs, field) =>
      field !== "attachments" &&
      withoutHighBytes(String(ours[field])) === withoutHighBytes(String(theirs[field])),
  },
  {
    reason:
      "an enclosed message is an attachment; mailparser mixes its text and attachments with those of the outer one",
    explains: (ours, theirs, field) =>
      ours.attachments.some(isMessage) &&
      !theirs.attachments.some(isMessage) &&
      (field === "text"
        ? theirs.text.startsWith(ours.text)
        : field === "attachments" &&
          ours.attachments
            .filter((part) => !isMessage(part))
            .every((part, index) => part[1] === theirs.attachments[index]?.[1])),
  },
  {
    reason: "the declared type of an attachment is kept; mailparser guesses one from the file name",
    explains: (ours, theirs, field) =>
      field === "attachments" &&
      JSON.stringify(ours.attachments.map((part) => part[1])) ===
        JSON.stringify(theirs.attachments.map((part) => part[1])),
  },
  {
    reason: "the last line break of a text is kept; mailparser drops one",
    explains: (ours, theirs, field) => field === "text" && ours.text === `${theirs.text}\n`,
  },
  {
    reason:
      "a later text part with a name is an attachment (RFC 8621 §4.1.4); mailparser joins it to the text",
    messages: ["legacy/030", "legacy/041", "legacy/042", "legacy/045", "legacy/047"],
  },
  {
    reason: "uuencoded files are decoded, and taken out of the text",
    messages: ["legacy/017", "legacy/026", "legacy/049", "ours/uuencoded"],
  },
  {
    reason: "CR alone and CR CR LF end a line in a text; mailparser leaves them",
    explains: (ours, theirs, field) =>
      field === "text" && ours.text === theirs.text.replaceAll("\r\n", "\n").replaceAll("\r", "\n"),
  },
  {
    reason: "8-bit text labelled ISO-2022-JP is read as what it is (EUC-JP)",
    messages: ["lhost-ezweb-03", "lhost-ezweb-04", "lhost-ezweb-05"],
  },
  {
    reason: "base64 that is none is left as it is; what follows its padding is ignored",
    messages: ["rfc/000", "thirdparty/002", "ours/base64-in-pieces", "ours/malformed-encodings"],
  },
  {
    reason: "white space after a boundary is no part of it (RFC 2046 §5.1.1); mailparser misses the line",
    messages: ["rfc/007"],
  },
  {
    reason: "a delimiter of the outer multipart ends the inner one (RFC 2046 §5.1.2)",
    messages: [
      "malformed/001",
      "malformed/008",
      "malformed/009",
      "malformed/011",
      "malformed/012",
      "malformed/016",
      "lhost-domino-03",
    ],
  },
  {
    reason:
      "a multipart without a usable boundary is read by the boundary that its lines show, else as text; mailparser drops it",
    messages: [
      "malformed/002",
      "malformed/004",
      "malformed/007",
      "lhost-apachejames-01",
      "lhost-verizon-02",
      "lhost-x1-02",
      "rfc3464-04",
      "rhost-franceptt-07",
      "rhost-google-02",
      "ours/malformed-no-boundary",
    ],
  },
  {
    reason: "a header that ends without an empty line: what follows is the body",
    messages: ["malformed/000", "malformed/019"],
  },
  {
    reason:
      "of two Content-Type fields in a part the multipart counts, and what it would hide is a part, too",
    messages: ["malformed/020", "malformed/021"],
  },
  {
    reason: "missing semicolons and missing disposition types do not hide a part",
    messages: ["malformed/017", "lhost-x1-02"],
  },
  {
    reason: "quoted lines with soft breaks are joined without their quote marks (RFC 3676 §4.5)",
    messages: ["lhost-sendmail-14", "ours/flowed"],
  },
  {
    reason: "the files in a winmail.dat are attachments, too",
    messages: ["ours/tnef"],
  },
];

const readFolder = (folder: string): string[] =>
  readdirSync(CORPORA + folder)
    .filter((file) => file.endsWith(".eml"))
    .map((file) => `${folder}/${file}`);

interface Source {
  readonly name: string;
  readonly source: Buffer;
}

function readAll(): Source[] {
  const fixtures = readFixtures().map(({ name, source }) => ({ name: `ours/${name}`, source }));
  if (!hasCorpora) return fixtures;
  const files = [
    ...["rfc", "legacy", "thirdparty", "malformed"].flatMap((group) => readFolder(`messages/${group}`)),
    ...readFolder("bounces/eml"),
  ];
  const named = files.map((file) => ({
    name: file.slice(file.startsWith("messages/") ? 9 : 12, -4),
    source: readFileSync(CORPORA + file),
  }));
  return [...fixtures, ...named];
}

const hasCorpora = existsSync(CORPORA);
const origin = hasCorpora
  ? "our fixtures and the shared corpora"
  : "our fixtures: the shared corpora are not here";

describe("parseMessage and mailparser", () => {
  test("agree on every message but for the listed differences", { timeout: 120_000 }, async () => {
    const used = new Map<string, number>();
    const unexplained: string[] = [];
    let compared = 0;
    for (const { name, source } of readAll()) {
      // mailparser reads nothing from mail with CR alone: see the test below.
      if (!source.includes("\n")) continue;
      compared++;
      const [ours, theirs] = [viewOurs(parseMessage(source)), viewTheirs(await simpleParser(source, PLAIN))];
      for (const field of Object.keys(ours) as Field[]) {
        if (JSON.stringify(ours[field]) === JSON.stringify(theirs[field])) continue;
        const difference = DIFFERENCES.find(
          ({ explains, messages }) =>
            messages?.includes(name) === true || explains?.(ours, theirs, field) === true,
        );
        if (difference === undefined) unexplained.push(`${name}: ${field}`);
        else used.set(difference.reason, (used.get(difference.reason) ?? 0) + 1);
      }
    }
    console.log(
      `compared ${compared} messages (${origin}) with mailparser; differences:`,
      Object.fromEntries(used),
    );
    expect(compared).toBeGreaterThan(hasCorpora ? 540 : 40);
    expect(unexplained).toEqual([]);
    if (hasCorpora) expect(DIFFERENCES.filter(({ reason }) => !used.has(reason))).toEqual([]);
  });

  test("mail whose lines end with CR alone is read here, and empty there", async () => {
    const source = "From: ada@example.org\rSubject: hi\r\rhello\r";
    expect(viewOurs(parseMessage(source))).toMatchObject({ subject: "hi", text: "hello\n" });
    expect((await simpleParser(source, PLAIN)).text ?? "").toBe("");
  });
});

const PLAIN = { skipHtmlToText: true, skipTextToHtml: true, skipImageLinks: true, keepDeliveryStatus: true };

function viewOurs(message: ParsedMessage): View {
  const fields = [message.from, message.to, message.cc, message.bcc, message.replyTo];
  return {
    subject: message.subject ?? "",
    addresses: fields.flatMap((entries) =>
      flattenAddresses(entries).map(({ name, address }) => `${name} <${withUnicodeDomain(address)}>`),
    ),
    messageId: message.messageId ?? "",
    text: message.text ?? "",
    // Texts between HTML parts are shown by each in its own markup.
    html: withoutShownText(message.html ?? ""),
    attachments: message.attachments.map((part) => [part.contentType, part.content().toString("latin1")]),
  };
}

function viewTheirs(mail: ParsedMail): View {
  const list = (field: AddressObject | AddressObject[] | undefined): string[] =>
    [field ?? []]
      .flat()
      .flatMap((object) => object.value)
      .flatMap((entry) => entry.group ?? [entry])
      .map(({ name, address }) => `${name} <${address ?? ""}>`);
  return {
    subject: mail.subject ?? "",
    addresses: [mail.from, mail.to, mail.cc, mail.bcc, mail.replyTo].flatMap(list),
    messageId: mail.messageId ?? "",
    text: mail.text ?? "",
    html: withoutShownText(mail.html === false ? "" : mail.html),
    attachments: mail.attachments.map((part) => [part.contentType, part.content.toString("latin1")]),
  };
}

function withoutShownText(html: string): string {
  return html.replace(/<p>[\s\S]*?<\/p>/g, "").replace(/^(?:<br\/>\n)+/, "");
}

function withUnicodeDomain(address: string): string {
  const at = address.lastIndexOf("@");
  const domain = address.slice(at + 1);
  return domain.includes("xn--") ? `${address.slice(0, at + 1)}${domainToUnicode(domain)}` : address;
}
