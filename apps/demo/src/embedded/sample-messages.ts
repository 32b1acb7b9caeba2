import { seededRandom } from "@mailwright/suite";
import { encodedText, encodedWord, headerText, type MimeSource, multipart, text } from "./mime-source.js";
import { SAMPLE_BODIES } from "./sample-parts.js";
import { SAMPLE_TEXTS } from "./sample-texts.js";

/** A message for the embedded servers, and where it lies. */
export interface SampleMessage {
  readonly raw: Buffer;
  readonly mailbox: string;
  readonly flags: readonly string[];
  readonly internalDate: Date;
}

/** The folders that {@link createSampleMessages} fills, one with a name outside ASCII. */
export const SAMPLE_MAILBOXES = ["INBOX", "Archive", "Projekte/Übersicht"] as const;

const PEOPLE = [
  "Grace Hopper",
  "Jürgen Weiß",
  "Radia Perlman",
  "Olga Ладыженская",
  "山田 太郎",
  "Barbara Liskov",
];
const START = Date.UTC(2026, 0, 5, 8);
const HOUR_MS = 3_600_000;

interface Draft {
  readonly subject: string;
  readonly part: MimeSource;
  readonly headers?: readonly string[];
  readonly mailbox?: string;
}

/**
 * The same few dozen varied messages for the same seed: languages, charsets, shapes, a thread, a bounce. They are of the
 * ten days after `start`.
 */
export function createSampleMessages(seed: number, owner: string, start: number = START): SampleMessage[] {
  const random = seededRandom(seed);
  const drafts: Draft[] = [...languages(random), ...SAMPLE_BODIES, ...thread(seed, owner)];
  return drafts.map((draft, index) => {
    const sender = PEOPLE[Math.floor(random() * PEOPLE.length)] ?? "Grace Hopper";
    const internalDate = new Date(start + index * 7 * HOUR_MS + Math.floor(random() * HOUR_MS));
    const own = draft.headers?.some((line) => line.startsWith("Message-ID:")) === true;
    const headers = [
      `From: ${headerText(sender)} <${senderAddress(sender)}>`,
      `To: ${owner}`,
      `Subject: ${draft.subject}`,
      `Date: ${internalDate.toUTCString().replace("GMT", "+0000")}`,
      ...(own ? [] : [`Message-ID: <sample-${seed}-${index}@example.test>`]),
      "MIME-Version: 1.0",
      ...(draft.headers ?? []),
      ...draft.part.headers,
    ];
    const raw = Buffer.from(`${headers.join("\r\n")}\r\n\r\n${draft.part.body}`);
    const flags = [...(random() < 0.6 ? ["\\Seen"] : []), ...(random() < 0.15 ? ["\\Flagged"] : [])];
    return { raw, mailbox: draft.mailbox ?? pick(random), flags, internalDate };
  });
}

function languages(random: () => number): Draft[] {
  return SAMPLE_TEXTS.map(({ charset, subject, body, language }, index) => {
    const plain = encodedText("plain", charset, body);
    const html = text("html", `<p>The same in ${language}, as <b>HTML</b>.</p>\n`);
    const both = multipart("alternative", `=_language-${index}`, [plain, html]);
    return { subject: encodedWord(charset, subject), part: random() < 0.4 ? both : plain };
  });
}

function thread(seed: number, owner: string): Draft[] {
  const id = (turn: number): string => `<thread-${seed}-${turn}@example.test>`;
  return Array.from({ length: 5 }, (_, turn) => {
    const earlier = Array.from({ length: turn }, (_unused, index) => id(index));
    const references = [`In-Reply-To: ${earlier.at(-1)}`, `References: ${earlier.join("\r\n ")}`];
    const quote = turn === 0 ? "" : `\nOn Monday ${owner} wrote:\n> Where shall we meet?\n`;
    return {
      subject: `${turn === 0 ? "" : "Re: "}Where shall we meet?`,
      part: text("plain", `Answer number ${turn}.\n${quote}`),
      headers: [`Message-ID: ${id(turn)}`, ...(turn === 0 ? [] : references)],
      mailbox: "INBOX",
    };
  });
}

function pick(random: () => number): string {
  const chance = random();
  return chance < 0.7 ? "INBOX" : chance < 0.85 ? "Archive" : "Projekte/Übersicht";
}

function senderAddress(name: string): string {
  const local = name
    .normalize("NFKD")
    .replaceAll(/[^a-z]/gi, "")
    .toLowerCase();
  return `${local === "" ? "yamada" : local}@example.test`;
}
