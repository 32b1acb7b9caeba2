import { MessageHeaders } from "@mailwright/mime";
import type { ParsedMessage } from "../message/parsed-message.js";

/** The words of a bounce, and the header of the message it returns when that follows in the same text. */
export interface BounceText {
  readonly lines: readonly string[];
  readonly original: MessageHeaders | undefined;
}

const MAX_CHARACTERS = 200_000;
const MAX_LINES = 5_000;
/** Its second line would look like that of a recipient. */
const WRAPPED_ALIAS = /(\((?:expanded|generated) from:?)\n\s{1,20}/gi;
const FIELD_LINE = /^[A-Za-z][A-Za-z0-9-]{1,60}:/;
/** Fields of a message, not of a delivery status. */
const MESSAGE_FIELDS: ReadonlySet<string> = new Set([
  "received",
  "return-path",
  "from",
  "message-id",
  "dkim-signature",
  "mime-version",
]);

/** Takes the human-readable part of a bounce and cuts off the copy of the returned message. */
export function readBounceText(message: ParsedMessage): BounceText {
  const plain =
    message.text ?? (message.html === undefined ? "" : toPlainLines(message.html.slice(0, MAX_CHARACTERS)));
  const text = plain.slice(0, MAX_CHARACTERS).replace(WRAPPED_ALIAS, "$1 ");
  const lines = text.split("\n", MAX_LINES).map(withoutQuoteMarks);
  const copy = findCopy(lines);
  const original = copy < 0 ? undefined : new MessageHeaders(headerBlock(lines, copy));
  const end = lines.findIndex((line, index) => index > 0 && COPY_MARK.test(line));
  const ends = [copy, end].filter((index) => index >= 0);
  return { lines: lines.slice(0, Math.min(lines.length, ...ends)), original };
}

/** What mail systems write above the message that they return. */
const COPY_MARK =
  /^[\s>*_=-]{0,80}(?:below this line is (?:a|the) copy of|(?:an? )?copy of (?:the|your) (?:original )?(?:message|mail)\b.{0,30}:|unsent message (?:below|follows)|(?:the )?(?:original|returned|undelivered|your) (?:message|mail)(?: text| headers?)? follows)/i;

/** The bounce may have been forwarded by a person. */
function withoutQuoteMarks(line: string): string {
  return line.startsWith("> ") ? line.slice(2) : line === ">" ? "" : line;
}

/** Where the returned message starts: the first run of header fields that is not the header of a bounce again. */
function findCopy(lines: readonly string[]): number {
  for (let from = 0; from < lines.length; ) {
    const run = findFields(lines, from);
    if (run === undefined) return -1;
    if (!run.isBounce) return run.start;
    from = run.end;
  }
  return -1;
}

interface FieldRun {
  readonly start: number;
  readonly end: number;
  readonly isBounce: boolean;
}

/** Three fields in a row, or two at the end, of which one is typical of a message. */
function findFields(lines: readonly string[], from: number): FieldRun | undefined {
  let names: string[] = [];
  let start = from;
  let isBounce = false;
  for (let index = from; index <= lines.length; index++) {
    const line = lines[index];
    if (line !== undefined && names.length > 0 && /^[ \t]+\S/.test(line)) continue;
    const name = line === undefined ? undefined : FIELD_LINE.exec(line)?.[0].slice(0, -1).toLowerCase();
    if (name !== undefined) {
      if (names.length === 0) start = index;
      names.push(name);
      isBounce ||= /^(?:from|return-path):.{0,80}(?:mailer-daemon|<>)/i.test(line ?? "");
      continue;
    }
    const needed = line === undefined ? 2 : 3;
    if (names.length >= needed && names.some((field) => MESSAGE_FIELDS.has(field)))
      return { start, end: index, isBounce };
    names = [];
    isBounce = false;
  }
  return undefined;
}

function headerBlock(lines: readonly string[], from: number): string {
  let end = from;
  while (end < lines.length && lines[end]?.trim() !== "") end++;
  return Buffer.from(lines.slice(from, end).join("\n")).toString("latin1");
}

const BLOCK_TAG = /<(?:br|p|div|tr|li|h\d|\/p|\/div|\/tr|\/li|\/h\d)\b[^<>]{0,500}>/gi;
const ANY_TAG = /<[a-z/!][^<>]{0,2000}>/gi;

/** Good enough for the plain markup of mail systems; {@link htmlToText} is for what people write. */
function toPlainLines(html: string): string {
  return html
    .replace(BLOCK_TAG, "\n")
    .replace(ANY_TAG, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&nbsp;", " ")
    .replaceAll("&quot;", '"')
    .replaceAll("&#43;", "+")
    .replaceAll("&amp;", "&");
}
