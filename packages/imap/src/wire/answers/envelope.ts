import type { EmailAddress } from "@mailwright/core";
import {
  decodeHeaderText,
  flattenAddresses,
  MessageHeaders,
  parseAddresses,
  parseDate,
  parseMessageIds,
} from "@mailwright/mime";
import { isList, listOf, rawTextOf, textOf, type WireNode } from "../wire-node.js";

/** The ENVELOPE of a message, RFC 9051 §7.5.2, decoded. */
export interface Envelope {
  readonly date: Date | undefined;
  readonly subject: string;
  readonly from: readonly EmailAddress[];
  readonly sender: readonly EmailAddress[];
  readonly replyTo: readonly EmailAddress[];
  readonly to: readonly EmailAddress[];
  readonly cc: readonly EmailAddress[];
  readonly bcc: readonly EmailAddress[];
  readonly inReplyTo: readonly string[];
  readonly messageId: string | undefined;
}

const MAX_ADDRESSES = 10_000;
/** What servers say of an address without a domain. */
const NO_DOMAIN: ReadonlySet<string> = new Set(["", "MISSING_DOMAIN", ".MISSING-HOST-NAME."]);

/** Reads an ENVELOPE; what is missing or broken is empty. */
export function parseEnvelope(node: WireNode | undefined): Envelope {
  const fields = listOf(node);
  const from = addresses(fields[2]);
  return {
    date: parseDate(headerText(fields[0])),
    subject: headerText(fields[1]),
    from,
    // What a message does not name is told as From is (RFC 9051 §7.5.2), and read once.
    sender: isSame(fields[3], fields[2]) ? from : addresses(fields[3]),
    replyTo: isSame(fields[4], fields[2]) ? from : addresses(fields[4]),
    to: addresses(fields[5]),
    cc: addresses(fields[6]),
    bcc: addresses(fields[7]),
    inReplyTo: parseMessageIds(headerText(fields[8])),
    messageId: parseMessageId(headerText(fields[9])),
  };
}

/**
 * Whether an ENVELOPE has the shape that it must have. QUIRK: quotes that a server does not escape (Gmail) and fields
 * that it leaves out put all that follows in the wrong place: then the header tells what is right.
 */
export function isSoundEnvelope(node: WireNode | undefined): boolean {
  const fields = listOf(node);
  return (
    fields.length === FIELDS &&
    fields.every((field, index) => (ADDRESS_FIELDS.has(index) ? areAddresses(field) : !isList(field)))
  );
}

const FIELDS = 10;
const ADDRESS_FIELDS: ReadonlySet<number> = new Set([2, 3, 4, 5, 6, 7]);

function areAddresses(node: WireNode | undefined): boolean {
  if (node === null) return true;
  return isList(node) && node.every((entry) => isList(entry) && entry.length === 4 && !entry.some(isList));
}

/** The same from the header of a message, or those fields of it that {@link ENVELOPE_FIELDS} names. */
export function parseHeaderEnvelope(header: Uint8Array): Envelope {
  const headers = new MessageHeaders(header);
  const from = addressesOf(headers, "from");
  const sender = addressesOf(headers, "sender");
  const replyTo = addressesOf(headers, "reply-to");
  return {
    date: parseDate(headers.get("date") ?? ""),
    subject: (headers.get("subject") ?? "").trim(),
    from,
    // RFC 9051 §7.5.2: what is absent or empty is as From is.
    sender: sender.length === 0 ? from : sender,
    replyTo: replyTo.length === 0 ? from : replyTo,
    to: addressesOf(headers, "to"),
    cc: addressesOf(headers, "cc"),
    bcc: addressesOf(headers, "bcc"),
    inReplyTo: parseMessageIds(headers.get("in-reply-to") ?? ""),
    messageId: parseMessageId(headers.get("message-id") ?? ""),
  };
}

/** The header fields that an ENVELOPE is made of. */
export const ENVELOPE_FIELDS: readonly string[] = [
  ...["DATE", "SUBJECT", "FROM", "SENDER", "REPLY-TO", "TO", "CC", "BCC", "IN-REPLY-TO", "MESSAGE-ID"],
];

function addressesOf(headers: MessageHeaders, name: string): EmailAddress[] {
  const fields = headers.getAllRaw(name);
  // One of a kind is what these must be, and readers take the last; recipients of all fields count.
  const isSingle = name === "from" || name === "sender" || name === "reply-to";
  const raw = isSingle ? (fields.at(-1) ?? "") : fields.join(", ");
  return flattenAddresses(parseAddresses(raw, MAX_ADDRESSES).entries);
}

/** QUIRK: servers leave the folding of a long field in. */
function headerText(node: WireNode | undefined): string {
  const raw = rawTextOf(node) ?? "";
  if (raw === "") return raw;
  return decodeHeaderText(raw.includes("\n") ? raw.replace(/\r?\n/g, "") : raw).trim();
}

/** Whether two lists of addresses are written alike; octets beyond ASCII are not compared. */
function isSame(left: WireNode | undefined, right: WireNode | undefined): boolean {
  if (isList(left)) {
    if (!isList(right) || left.length !== right.length) return false;
    for (let index = 0; index < left.length; index++) if (!isSame(left[index], right[index])) return false;
    return true;
  }
  if (left === null || left === undefined || right === null || right === undefined || isList(right))
    return left === right;
  return typeof left.value === "string" && left.value === right.value;
}

/** QUIRK: some systems leave out the brackets and the domain. */
function parseMessageId(text: string): string | undefined {
  return parseMessageIds(text)[0] ?? (text === "" || text.includes(" ") ? undefined : `<${text}>`);
}

function addresses(node: WireNode | undefined): EmailAddress[] {
  const entries = listOf(node);
  const found: EmailAddress[] = [];
  const end = Math.min(entries.length, MAX_ADDRESSES);
  for (let index = 0; index < end; index++) {
    const entry = address(entries[index]);
    if (entry !== undefined) found.push(entry);
  }
  return found;
}

function address(node: WireNode | undefined): EmailAddress | undefined {
  const entry = listOf(node);
  const local = textOf(entry[2]);
  const domain = textOf(entry[3]);
  // No host: the start of a group or (no mailbox either) its end.
  if (local === undefined || domain === undefined) return undefined;
  const isLocal = NO_DOMAIN.has(domain);
  const shown = headerText(entry[0]);
  if (isLocal && local === "" && shown === "") return undefined;
  // QUIRK: Dovecot says MISSING_MAILBOX where a field holds no address at all.
  if (isLocal && local === "MISSING_MAILBOX") return { name: shown, address: "" };
  // A word alone is a name, as it is where the header is read.
  if (isLocal && shown === "") return { name: local, address: "" };
  return { name: shown, address: isLocal ? local : `${local}@${domain}` };
}
