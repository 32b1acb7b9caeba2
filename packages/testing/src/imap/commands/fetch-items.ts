import { type BodySection, readBodySection } from "../mime/body-section.js";
import type { ImapCapability } from "../session/imap-capabilities.js";
import type { ImapSession } from "../session/imap-session.js";
import type { ImapArguments } from "../syntax/arguments.js";
import { ImapRefusal } from "../syntax/refusal.js";

const SIMPLE = [
  "UID",
  "FLAGS",
  "INTERNALDATE",
  "ENVELOPE",
  "BODYSTRUCTURE",
  "BODY",
  "MODSEQ",
  "EMAILID",
  "THREADID",
  "PREVIEW",
  "RFC822.SIZE",
] as const;
const ITEM_NAME = /[A-Z0-9.]+/iy;
const LAZY = /\s\(LAZY\)/iy;
const PARTIAL = /<(\d{1,10}\.\d{1,10})>/y;

const BINARY_NAMES: ReadonlySet<string> = new Set(["BINARY", "BINARY.PEEK", "BINARY.SIZE"]);

/** Items that come with an extension. */
const CAPABILITY_OF: ReadonlyMap<string, ImapCapability> = new Map([
  ["MODSEQ", "CONDSTORE"],
  ["EMAILID", "OBJECTID"],
  ["THREADID", "OBJECTID"],
  ["PREVIEW", "PREVIEW"],
]);

/** An item without arguments. */
export type SimpleFetchItem = (typeof SIMPLE)[number];

/** Bytes of the message: `BODY[…]`, `BODY.PEEK[…]`, the RFC822 forms, and `BINARY[…]` of RFC 3516. */
export interface SectionFetchItem {
  readonly section: BodySection;
  /** What the answer calls it, with the partial's offset. */
  readonly label: string;
  /** Sets `\Seen`. */
  readonly marksSeen: boolean;
  /** Without the transfer encoding, as they are or their number. @defaultValue as they came */
  readonly decoded?: "bytes" | "size";
  readonly partial?: { readonly offset: number; readonly length: number };
}

/** One thing that FETCH asks for (RFC 3501 §6.4.5). */
export type FetchItem = SimpleFetchItem | SectionFetchItem;

const MACROS: ReadonlyMap<string, readonly SimpleFetchItem[]> = new Map([
  ["FAST", ["FLAGS", "INTERNALDATE", "RFC822.SIZE"]],
  ["ALL", ["FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE"]],
  ["FULL", ["FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODY"]],
] as const);

/** The RFC822 forms are sections under another name. */
const LEGACY: ReadonlyMap<string, { text: BodySection["text"]; marksSeen: boolean }> = new Map([
  ["RFC822", { text: "ALL", marksSeen: true }],
  ["RFC822.HEADER", { text: "HEADER", marksSeen: false }],
  ["RFC822.TEXT", { text: "TEXT", marksSeen: true }],
] as const);

/** Reads a macro, one item or a list of items. */
export function readFetchItems(session: ImapSession, input: ImapArguments): FetchItem[] {
  if (input.peek() === "(") {
    const items = input.list(() => readItem(session, input));
    if (items.length === 0) throw new ImapRefusal("BAD", "FETCH list is empty.");
    return items;
  }
  const name = input.tryMatch(ITEM_NAME) ?? "";
  const macro = MACROS.get(name.toUpperCase());
  return macro ? [...macro] : [toItem(session, input, name)];
}

function readItem(session: ImapSession, input: ImapArguments): FetchItem {
  return toItem(session, input, input.tryMatch(ITEM_NAME) ?? "");
}

function toItem(session: ImapSession, input: ImapArguments, written: string): FetchItem {
  const name = written.toUpperCase();
  if ((name === "BODY" || name === "BODY.PEEK") && input.tryCharacter("[")) {
    return readSectionItem(input, name === "BODY");
  }
  if (BINARY_NAMES.has(name) && session.offers("BINARY") && input.tryCharacter("[")) {
    return readBinaryItem(input, name);
  }
  const legacy = LEGACY.get(name);
  if (legacy) {
    const section = { path: [], text: legacy.text, fields: [], label: "" };
    return { section, label: name, marksSeen: legacy.marksSeen };
  }
  const simple = SIMPLE.find((item) => item === name);
  const needed = simple && CAPABILITY_OF.get(simple);
  const isMissing = needed !== undefined && !session.offers(needed);
  if (!simple || isMissing) throw new ImapRefusal("BAD", `Unknown parameter: ${name || "(none)"}`);
  // LAZY asks for no work to be done, and here is none.
  if (simple === "PREVIEW") input.tryMatch(LAZY);
  return simple;
}

function readBinaryItem(input: ImapArguments, name: string): SectionFetchItem {
  const isSize = name === "BINARY.SIZE";
  const item = readSectionItem(input, name === "BINARY", isSize ? name : "BINARY");
  if (item.section.text !== "ALL" || (isSize && item.partial))
    throw new ImapRefusal("BAD", "Invalid BINARY[..] section");
  return { ...item, decoded: isSize ? "size" : "bytes" };
}

function readSectionItem(input: ImapArguments, marksSeen: boolean, name = "BODY"): SectionFetchItem {
  const section = readBodySection(input);
  const label = `${name}[${section.label}]`;
  const range = input.tryMatch(PARTIAL);
  if (range === undefined) return { section, label, marksSeen };
  const [offset = 0, length = 0] = range.split(".").map(Number);
  if (length === 0) throw new ImapRefusal("BAD", "Invalid partial: empty range");
  return { section, label: `${label}<${offset}>`, marksSeen, partial: { offset, length } };
}
