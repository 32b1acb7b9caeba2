import { readDecodedSection, readSection } from "../mime/body-section.js";
import { encodeAsLeaf, encodeBodyStructure } from "../mime/body-structure.js";
import { encodeEnvelope, withoutEscapes } from "../mime/envelope.js";
import { parseMime } from "../mime/mime.js";
import { toPreview } from "../mime/preview.js";
import { toThreadId } from "../mime/thread-id.js";
import type { ImapSession } from "../session/imap-session.js";
import type { NumberedMessage } from "../session/selected-mailbox.js";
import { encodeString, formatDateTime, type ResponsePart } from "../syntax/text.js";
import type { FetchItem, SectionFetchItem, SimpleFetchItem } from "./fetch-items.js";

/** Writes one untagged FETCH with the given items, in their order. */
export function writeFetchResponse(
  session: ImapSession,
  numbered: NumberedMessage,
  items: readonly FetchItem[],
): void {
  const parts: ResponsePart[] = [`${numbered.sequence} FETCH (`];
  for (const [index, item] of items.entries()) {
    if (index > 0) parts.push(" ");
    if (typeof item === "string") parts.push(simpleItem(session, numbered, item));
    else parts.push(...sectionParts(session, numbered.message.raw, item));
  }
  session.untagged(...parts, ")");
}

function simpleItem(session: ImapSession, numbered: NumberedMessage, item: SimpleFetchItem): string {
  const text = `${item} ${simpleValue(session, numbered, item)}`;
  return item === "ENVELOPE" && session.quirks.parenthesizedEnvelope ? `(${text})` : text;
}

function simpleValue(
  session: ImapSession,
  { message }: NumberedMessage,
  item: SimpleFetchItem,
): string | number {
  switch (item) {
    case "UID":
      return message.uid;
    case "FLAGS":
      return session.formatFlags(message.flags, message.uid);
    case "INTERNALDATE":
      return `"${formatDateTime(message.internalDate)}"`;
    case "RFC822.SIZE":
      return message.raw.length;
    case "MODSEQ":
      return `(${message.modseq})`;
    case "EMAILID":
      return `(${message.emailId})`;
    case "THREADID": {
      const threadId = toThreadId(message.raw);
      return threadId === undefined ? "NIL" : `(${threadId})`;
    }
    case "PREVIEW":
      return encodeString(Buffer.from(toPreview(message.raw)).toString("latin1"));
    case "ENVELOPE":
      return toEnvelope(session, message.raw);
    case "BODY":
    case "BODYSTRUCTURE": {
      const encode = isReportAsLeaf(session, message.raw) ? encodeAsLeaf : encodeBodyStructure;
      const structure = encode(message.raw, parseMime(message.raw), item === "BODYSTRUCTURE");
      return session.quirks.brokenBodyStructureUids?.includes(message.uid)
        ? structure.slice(0, -1)
        : structure;
    }
  }
}

function toEnvelope({ quirks }: ImapSession, raw: Buffer): string {
  const envelope = encodeEnvelope(raw, parseMime(raw).header);
  return quirks.unescapedEnvelope ? withoutEscapes(envelope) : envelope;
}

function isReportAsLeaf({ quirks }: ImapSession, raw: Buffer): boolean {
  if (!quirks.reportsAreLeaves) return false;
  const { type, subtype } = parseMime(raw);
  return `${type}/${subtype}`.toLowerCase() === "multipart/report";
}

function sectionParts(
  session: ImapSession,
  raw: Buffer,
  { section, label, partial, decoded }: SectionFetchItem,
): ResponsePart[] {
  if (isReportAsLeaf(session, raw) && section.label === "1") return [`${label} {0}\r\n`];
  const bytes = decoded ? readDecodedSection(raw, section) : readSection(raw, section);
  if (decoded === "size") return [`${label} ${bytes?.length ?? 0}`];
  if (!bytes) return [`${label} NIL`];
  const shown = partial ? bytes.subarray(partial.offset, partial.offset + partial.length) : bytes;
  // Only literal8 may hold NUL (RFC 3516 §4.3).
  const mark = decoded ? "~" : "";
  return [`${label} ${mark}{${shown.length}}\r\n`, shown];
}
