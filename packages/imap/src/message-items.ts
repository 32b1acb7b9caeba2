import { MailError } from "@mailwright/core";
import { type BodyPart, parseBodyStructure } from "./body-structure.js";
import { decodeWords } from "./encoded-words.js";
import { parseEnvelope, parseMessageIds } from "./envelope.js";
import { bodyItem, type FetchRow } from "./fetch-rows.js";
import type { FolderRole } from "./folder.js";
import type { ImapAttachment, ImapMessage, MessagesQuery } from "./imap-message.js";
import type { ImapSession } from "./imap-session.js";
import type { WireArgument } from "./imap-wire.js";
import { bigintOf, bytesOf, listOf, numberOf, textOf, textsOf } from "./wire-node.js";

/** A message without its body, and where its text is. */
export interface MessageHead {
  readonly message: ImapMessage;
  readonly textParts: readonly BodyPart[];
}

const atom = (value: string): WireArgument => ({ type: "ATOM", value });

/** What to FETCH for everything but the body; without `extras` only what every server has. */
export function headItems(session: ImapSession, query: MessagesQuery, extras: boolean): WireArgument[] {
  const items = ["UID", "FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODYSTRUCTURE"].map(atom);
  if (extras) items.push(...extraItems(session));
  if (query.headers === "all") items.push(bodyItem([atom("HEADER")]));
  else {
    const names = new Set(["REFERENCES", ...(query.headers ?? []).map(headerName)]);
    items.push(bodyItem([atom("HEADER.FIELDS"), [...names].map(atom)]));
  }
  return items;
}

function extraItems(session: ImapSession): WireArgument[] {
  const items: WireArgument[] = [];
  if (session.selected?.highestModseq !== undefined && session.can("CONDSTORE")) items.push(atom("MODSEQ"));
  if (session.can("OBJECTID")) items.push(atom("EMAILID"), atom("THREADID"));
  else if (session.can("X-GM-EXT-1")) items.push(atom("X-GM-MSGID"), atom("X-GM-THRID"));
  if (session.can("X-GM-EXT-1")) items.push(atom("X-GM-LABELS"));
  return items;
}

/** Reads what {@link headItems} fetched. */
export function toMessageHead(
  row: FetchRow,
  folder: string,
  role: FolderRole | undefined,
  query: MessagesQuery,
): MessageHead {
  const envelope = parseEnvelope(row.get("ENVELOPE"));
  const flags = new Set(textsOf(row.get("FLAGS")));
  const lower = new Set([...flags].map((flag) => flag.toLowerCase()));
  const parts = parseBodyStructure(row.get("BODYSTRUCTURE"));
  const textParts = parts.filter((part) => isText(part, parts));
  const attachments = parts.filter((part) => !textParts.includes(part)).map(toAttachment);
  const headers = parseHeaders(bytesOf(row.get("BODY[HEADER.FIELDS]") ?? row.get("BODY[HEADER]")));
  const labels = row.get("X-GM-LABELS");
  const message: ImapMessage = {
    uid: numberOf(row.get("UID")) ?? 0,
    folder,
    ...envelope,
    receivedAt: parseInternalDate(textOf(row.get("INTERNALDATE"))),
    references: parseMessageIds(headers.get("references")?.join(" ") ?? ""),
    isRead: lower.has("\\seen"),
    isStarred: lower.has("\\flagged"),
    isDeleted: lower.has("\\deleted"),
    isDraft: lower.has("\\draft"),
    isAnswered: lower.has("\\answered"),
    isSpam: role === "spam" || lower.has("$junk"),
    isSent: role === "sent",
    flags,
    labels: labels === undefined ? undefined : new Set(textsOf(labels)),
    threadId: objectId(row, "THREADID") ?? textOf(row.get("X-GM-THRID")),
    emailId: objectId(row, "EMAILID") ?? textOf(row.get("X-GM-MSGID")),
    modseq: bigintOf(listOf(row.get("MODSEQ"))[0]),
    sizeBytes: numberOf(row.get("RFC822.SIZE")) ?? 0,
    attachments,
    attachmentCount: attachments.length,
    text: undefined,
    html: undefined,
    headers: query.headers === undefined ? undefined : headers,
    source: undefined,
    incomplete: undefined,
  };
  return { message, textParts };
}

/** Header lines to values by lower-case name, unfolded and decoded. */
export function parseHeaders(block: Buffer | undefined): Map<string, string[]> {
  const headers = new Map<string, string[]>();
  const text = block?.toString("utf8") ?? "";
  for (const line of text.replace(/\r?\n[ \t]+/g, " ").split(/\r?\n/)) {
    const colon = line.indexOf(":");
    if (colon <= 0) continue;
    const name = line.slice(0, colon).trim().toLowerCase();
    const values = headers.get(name) ?? [];
    values.push(decodeWords(line.slice(colon + 1).trim()));
    headers.set(name, values);
  }
  return headers;
}

function isText(part: BodyPart, all: readonly BodyPart[]): boolean {
  if (part.contentType !== "text/plain" && part.contentType !== "text/html") return false;
  if (part.disposition === "attachment") return false;
  return part.filename === undefined || all.length === 1 || part.isAlternative;
}

function toAttachment(part: BodyPart): ImapAttachment {
  const { path, filename, contentType, disposition, contentId, isRelated, encodedBytes } = part;
  const sizeBytes = part.transferEncoding === "base64" ? decodedBytes(encodedBytes) : encodedBytes;
  return { part: path, filename, contentType, disposition, contentId, isRelated, sizeBytes };
}

/** Base64 comes in lines of 76 characters and a line end, which carry 57 octets. */
function decodedBytes(encodedBytes: number): number {
  return Math.floor(encodedBytes / 78) * 57 + Math.floor((encodedBytes % 78) / 4) * 3;
}

function objectId(row: FetchRow, name: string): string | undefined {
  return textOf(listOf(row.get(name))[0]);
}

const MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

/** RFC 9051 §9 `date-time`. */
export function parseInternalDate(text: string | undefined): Date | undefined {
  const match = /^\s?(\d{1,2})-(\w{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)$/.exec(
    text?.trim() ?? "",
  );
  if (match === null) return undefined;
  const [, day, month = "", year, hour, minute, second, sign, zoneHour, zoneMinute] = match;
  const at = MONTHS.toLowerCase().indexOf(month.toLowerCase());
  if (at < 0 || at % 3 !== 0) return undefined;
  const utc = Date.UTC(Number(year), at / 3, Number(day), Number(hour), Number(minute), Number(second));
  const offsetMs = (Number(zoneHour) * 60 + Number(zoneMinute)) * 60_000;
  return new Date(sign === "-" ? utc + offsetMs : utc - offsetMs);
}

function headerName(name: string): string {
  if (!/^[!-9;-~]+$/.test(name)) {
    throw new MailError("A header name holds characters that no header name has", {
      code: "invalid-argument",
      protocol: "imap",
    });
  }
  return name.toUpperCase();
}
