import { decodeHeaderText, decodeRawBytes } from "../header/header-text.js";
import { toQuotedString } from "../header/quoted-string.js";
import type { AddressEntry, MailAddress } from "./address-entry.js";
import { type AddressToken, tokenizeAddresses } from "./address-tokens.js";

/** Addresses of one header. */
export interface AddressList {
  readonly entries: readonly AddressEntry[];
  /** There were more than allowed. */
  readonly isTruncated: boolean;
}

const MAX_ADDRESSES = 10_000;
/** Words and comments of one mailbox; more are left out of its name. */
const MAX_WORDS = 1_000;

const EMPTY_GROUP = /^[^@:;<>"]{1,200}:[ \t]{0,9};$/;

/**
 * What nearly all fields hold: mailboxes such as `"Ada L." <ada@example.org>`, `=?utf-8?q?Ada?= <…>` or `ada@example.org`,
 * and those of bounces: `MAILER-DAEMON@mx.example.org (Mail Delivery System)`, `MAILER-DAEMON <>`.
 */
const USUAL =
  /(?:(?:"([\w.,'-]{1,60}(?: [\w.,'-]{1,60}){0,9})"|((?:[\w'-]{1,60}|=\?[\w-]{1,30}\?[bq]\?[\w=+/.-]{1,80}\?=)(?: (?:[\w'-]{1,60}|=\?[\w-]{1,30}\?[bq]\?[\w=+/.-]{1,80}\?=)){0,9})?) ?<((?:[\w.+=-]{1,64}(?:@[\w.-]{1,253})?)?)>|([\w.+=-]{1,64}@[\w.-]{1,253})(?: \(([\w.,'-]{1,60}(?: [\w.,'-]{1,60}){0,9})\))?)(?:,[ \t]{0,9}|$)/iy;

/**
 * Parses an address header (RFC 5322 §3.4, obsolete forms of §4.4 included). `raw` holds one character per byte, as
 * it stands in the message: encoded-words are decoded after the structure is known, so that decoded text can never
 * turn into an address.
 */
export function parseAddresses(raw: string, maxAddresses: number = MAX_ADDRESSES): AddressList {
  return parseUsual(raw, maxAddresses) ?? parseList(raw, maxAddresses);
}

/**
 * Parses addresses that a person typed or another program stored: `Ada <ada@example.org>, team: bob@example.com;`.
 * At most 10 000 are read; an entry without an address has an empty one.
 */
export function parseAddressList(text: string): readonly AddressEntry[] {
  return parseAddresses(Buffer.from(text, "utf8").toString("latin1")).entries;
}

/** Mailboxes that need no tokens; `undefined` where there is anything else, or more than allowed. */
function parseUsual(raw: string, maxAddresses: number): AddressList | undefined {
  const entries: AddressEntry[] = [];
  for (let at = 0; at < raw.length; at = USUAL.lastIndex) {
    USUAL.lastIndex = at;
    const match = USUAL.exec(raw);
    if (match === null || entries.length + 1 >= maxAddresses) return undefined;
    // By index: to take it apart as a list costs more than to match it.
    const [plain = "", comment] = [match[2], match[5]];
    const name = match[1] ?? comment ?? (plain.includes("=?") ? toName(plain) : plain);
    entries.push({ name, address: match[3] ?? match[4] ?? "" });
  }
  return { entries, isTruncated: false };
}

function parseList(raw: string, maxAddresses: number): AddressList {
  const entries: AddressEntry[] = [];
  let pending: AddressToken[] = [];
  let group: { name: string; members: MailAddress[] } | undefined;
  let count = 0;
  const endMailbox = (): void => {
    const mailbox = toMailbox(pending);
    pending = [];
    if (mailbox === undefined) return;
    count++;
    if (group === undefined) entries.push(mailbox);
    else group.members.push(mailbox);
  };
  for (const token of tokenizeAddresses(raw)) {
    if (token.kind === "angle" && EMPTY_GROUP.test(token.text)) {
      // QUIRK: `<Undisclosed-Recipient:;>`
      entries.push({ name: token.text.slice(0, token.text.indexOf(":")).trim(), members: [] });
      count++;
    } else if (token.kind !== "separator") {
      // QUIRK: lists without commas ("<a@x> <b@y>") come from hand-made mail.
      if (token.kind === "angle" && pending.some((before) => before.kind === "angle")) endMailbox();
      if (pending.length < MAX_WORDS || token.kind === "angle") pending.push(token);
    } else if (token.text === ":" && group === undefined && isPhrase(pending)) {
      group = { name: toPhrase(pending), members: [] };
      entries.push(group);
      pending = [];
      count++;
    } else if (token.text === ":") {
      if (pending.length < MAX_WORDS) pending.push({ kind: "atom", text: ":", isGlued: token.isGlued });
    } else {
      endMailbox();
      if (token.text === ";") group = undefined;
    }
    if (count >= maxAddresses) return { entries, isTruncated: true };
  }
  endMailbox();
  return { entries, isTruncated: false };
}

function isPhrase(tokens: readonly AddressToken[]): boolean {
  return (
    tokens.length > 0 &&
    tokens.every((token) => token.kind !== "angle" && !(token.kind === "atom" && token.text.includes("@")))
  );
}

function toMailbox(tokens: readonly AddressToken[]): MailAddress | undefined {
  if (tokens.length === 0) return undefined;
  const angle = tokens.find((token) => token.kind === "angle");
  const comments = tokens.filter((token) => token.kind === "comment");
  const words = tokens.filter((token) => token.kind === "atom" || token.kind === "quoted");
  if (angle !== undefined) {
    const name = toPhrase(words) || toPhrase(comments);
    return { name, address: cleanAddrSpec(angle.text) };
  }
  const bare = findBareAddress(words);
  if (bare === undefined) {
    // A comment alone, behind a group say, is nobody.
    return words.length === 0 ? undefined : { name: toPhrase(words), address: "" };
  }
  return { name: toPhrase(bare.rest) || toPhrase(comments), address: decodeRawBytes(bare.address) };
}

/** Finds `local@domain` among the words, with spaces around `@` and `.` (obsolete syntax) taken out. */
function findBareAddress(
  words: readonly AddressToken[],
): { address: string; rest: AddressToken[] } | undefined {
  const at = words.findIndex((word) => word.kind === "atom" && word.text.includes("@"));
  if (at < 0) return undefined;
  const joins = (left: AddressToken | undefined, right: AddressToken | undefined): boolean =>
    left !== undefined &&
    right !== undefined &&
    (right.isGlued || /^[@.]/.test(right.text) || (left.kind === "atom" && /[@.]$/.test(left.text)));
  let first = at;
  while (first > 0 && joins(words[first - 1], words[first])) first--;
  let last = at;
  while (last + 1 < words.length && joins(words[last], words[last + 1])) last++;
  const address = words
    .slice(first, last + 1)
    .map((word) => (word.kind === "quoted" ? toQuotedString(word.text) : word.text))
    .join("");
  return { address, rest: [...words.slice(0, first), ...words.slice(last + 1)] };
}

/** What stands in angle brackets: route, comments and white space (obsolete syntax) taken out. */
function cleanAddrSpec(inner: string): string {
  let text = inner.trim();
  if (text.startsWith("@") && text.includes(":")) text = text.slice(text.indexOf(":") + 1);
  if (!text.includes('"') && !text.includes("(")) return decodeRawBytes(withoutSpaces(text));
  let cleaned = "";
  for (const token of tokenizeAddresses(text)) {
    if (token.kind === "quoted") cleaned += toQuotedString(token.text);
    else if (token.kind !== "comment") cleaned += token.text;
  }
  return decodeRawBytes(cleaned);
}

function withoutSpaces(text: string): string {
  return text.includes(" ") || text.includes("\t") ? text.replaceAll(" ", "").replaceAll("\t", "") : text;
}

function toPhrase(tokens: readonly AddressToken[]): string {
  let phrase = "";
  for (const token of tokens) phrase += phrase === "" || token.isGlued ? token.text : ` ${token.text}`;
  return toName(phrase);
}

function toName(phrase: string): string {
  return decodeHeaderText(phrase).replace(/\s+/g, " ").trim();
}
