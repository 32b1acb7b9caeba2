import type { EmailAddress } from "@mailwright/core";
import type { OutgoingAttachment, OutgoingMessage } from "../../src/index.js";

type Random = () => number;

const WORDS = [
  "Hello",
  "a",
  "x-y_z",
  "don't",
  "1,234.50",
  "(draft)",
  '"quoted"',
  "back\\slash",
  "a;b:c<d>e@f[g]",
  "100%",
  "=",
  "?",
  "Grüße",
  "naïve",
  "Привет",
  "日本語テキスト",
  "😀👩‍👩‍👧",
  "e\u0301",
  "non\u00a0breaking",
  "VeryLongWordWithoutAnySpaceInIt".repeat(4),
];
const LINES = [
  "",
  "Short line",
  ".",
  "..dots",
  "From here on",
  "ends with a blank ",
  "tab\tin it",
  "=3D is no code",
  "Zeile mit Umlauten: äöüß",
  "日本語の行です",
  "long ".repeat(40).trim(),
  `ünï ${"lang ".repeat(60)}`.trim(),
  "x".repeat(1_500),
];
const SHORT_LINES = LINES.filter((line) => line.length < 900);
const ADDRESSES = [
  "bob@example.org",
  "carol+tag@sub.example.com",
  "o'hara!#$%@example.net",
  '"john doe"@example.org',
  '"a,b;c"@example.org',
  "jürgen@example.org",
  "info@müller.example",
];
const TYPES = [
  "application/octet-stream",
  "application/pdf",
  "text/csv",
  "text/plain; charset=iso-8859-1",
  'application/x-thing; version="1 2"; mode=fast',
  "message/rfc822",
];

/** A message of everything that may be in one, none of it refused by validation. */
export function randomMessage(random: Random, n: number): OutgoingMessage {
  const chance = (share: number): boolean => random() < share;
  const some = <T>(make: () => T, share = 0.3): T | undefined => (chance(share) ? make() : undefined);
  const address = (): EmailAddress => ({
    name: chance(0.7) ? words(random, 4) : "",
    address: pick(random, ADDRESSES),
  });
  const addresses = (): EmailAddress[] => Array.from({ length: 1 + upTo(random, 5) }, address);
  const text = some(() => textOf(random), 0.7);
  const html = some(() => `<p>${textOf(random)}</p><img src="cid:image@example">`, 0.5);
  const attachments = some(
    () => Array.from({ length: 1 + upTo(random, 3) }, () => attachmentOf(random)),
    0.4,
  );
  const hasBody = text !== undefined || html !== undefined || attachments !== undefined;
  return {
    from: address(),
    sender: some(address, 0.1),
    to: addresses(),
    cc: some(addresses),
    replyTo: some(addresses, 0.2),
    bcc: some(addresses, 0.1),
    subject: words(random, 12) + (chance(0.05) ? " =?utf-8?q?n=C3=B6t?=" : ""),
    messageId: `<${n}.id@example.com>`,
    date: new Date(Math.floor(random() * 4e9) * 1_000),
    inReplyTo: some(() => "<parent@example.org>"),
    references: some(() =>
      Array.from({ length: 1 + upTo(random, 30) }, (_, at) => `<ref-${at}@example.org>`),
    ),
    headers: some(() => ({ "X-Campaign": words(random, 20), "X-Many": [words(random, 2), "plain; a=b"] })),
    list: some(
      () => ({ unsubscribe: `https://example.com/${"u".repeat(upTo(random, 200))}`, id: "n.example" }),
      0.1,
    ),
    priority: some(() => "high" as const, 0.1),
    text: hasBody ? text : "",
    html,
    attachments,
    alternatives: some(() => [{ contentType: "text/x-web; charset=utf-8", content: textOf(random) }], 0.1),
    calendar: some(
      () => ({
        content: `BEGIN:VCALENDAR\r\nSUMMARY:${words(random, 5)}\r\nEND:VCALENDAR\r\n`,
        method: "REQUEST" as const,
      }),
      0.1,
    ),
  };
}

function attachmentOf(random: Random): OutgoingAttachment {
  const isImage = random() < 0.3;
  const contentType = isImage ? "image/png" : pick(random, TYPES);
  // A message is not encoded, so its lines have to be of proper length.
  const content = textOf(random, contentType.startsWith("message/") ? SHORT_LINES : LINES);
  return {
    filename: `${[...words(random, 3)].slice(0, 60).join("").trim()}.bin`,
    contentType,
    content: Buffer.from(content),
    cid: isImage ? "image@example" : undefined,
    headers: random() < 0.2 ? { "Content-Description": words(random, 8) } : undefined,
  };
}

function textOf(random: Random, from = LINES): string {
  const lines = Array.from({ length: 1 + upTo(random, 12) }, () => pick(random, from));
  const end = pick(random, ["\n", "\n", "\n", "\r\n"]);
  return lines.join(end) + (random() < 0.8 ? end : "");
}

function words(random: Random, most: number): string {
  return Array.from({ length: 1 + upTo(random, most) }, () => pick(random, WORDS)).join(" ");
}

function pick<T>(random: Random, from: readonly T[]): T {
  const picked = from[upTo(random, from.length)];
  if (picked === undefined) throw new Error("Nothing to pick from");
  return picked;
}

/** A whole number below this one. */
function upTo(random: Random, limit: number): number {
  return Math.floor(random() * limit);
}
