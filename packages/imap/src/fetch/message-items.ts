import { MailError } from "@mailwright/core";
import { parseMessageIds } from "@mailwright/mime";
import type { FolderRole } from "../folders/folder.js";
import type { ImapSession } from "../session/imap-session.js";
import type { BodyPart } from "../wire/answers/body-structure.js";
import { parseEnvelope } from "../wire/answers/envelope.js";
import { atom, type WireArgument } from "../wire/wire-argument.js";
import { bodyItem } from "./fetch-rows.js";
import type { HeadRow } from "./head-row.js";
import { headerNames } from "./header-names.js";
import type { ImapAttachment, ImapMessage, MessagesQuery } from "./imap-message.js";
import { toPreview } from "./preview-text.js";

/** A message without its body, and where its text is. */
export interface MessageHead {
  readonly message: ImapMessage;
  readonly textParts: readonly BodyPart[];
}

/** Which items to ask for. */
export interface HeadItemsOptions {
  /** Those of extensions that the server announces. */
  readonly withExtras: boolean;
  /** Those for which a server must have understood the message. */
  readonly withStructure: boolean;
}

/** What to FETCH for everything but the body. */
export function headItems(
  session: ImapSession,
  query: MessagesQuery,
  { withExtras, withStructure }: HeadItemsOptions,
): WireArgument[] {
  const items: WireArgument[] = ["UID", "FLAGS", "INTERNALDATE", "RFC822.SIZE"].map(atom);
  if (withStructure) items.push(atom("ENVELOPE"), atom("BODYSTRUCTURE"));
  if (withExtras) items.push(...extraItems(session));
  if (withExtras && query.preview === true && session.can("PREVIEW")) items.push(atom("PREVIEW"));
  if (query.headers === "all") items.push(bodyItem([atom("HEADER")]));
  else {
    const names = new Set(["REFERENCES", ...headerNames(query)]);
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

/** A message from what came of {@link headItems}; `incomplete` names what did not. */
export function toMessageHead(
  uid: number,
  row: HeadRow,
  folder: string,
  role: FolderRole | undefined,
  query: MessagesQuery,
): MessageHead {
  const { flags = new Set<string>(), parts = [], headers } = row;
  const envelope = row.envelope ?? parseEnvelope(undefined);
  const lower: string[] = [];
  for (const flag of flags) lower.push(flag.toLowerCase());
  const textParts: BodyPart[] = [];
  const attachments: ImapAttachment[] = [];
  for (const part of parts) {
    if (isText(part)) textParts.push(part);
    else attachments.push(toAttachment(part));
  }
  // One by one: what is spread into the middle of an object costs more than all the rest of it.
  const message: ImapMessage = {
    uid,
    folder,
    date: envelope.date,
    subject: envelope.subject,
    from: envelope.from,
    sender: envelope.sender,
    replyTo: envelope.replyTo,
    to: envelope.to,
    cc: envelope.cc,
    bcc: envelope.bcc,
    inReplyTo: envelope.inReplyTo,
    messageId: envelope.messageId,
    receivedAt: row.receivedAt,
    references: parseMessageIds(headers?.get("references") ?? ""),
    isRead: lower.includes("\\seen"),
    isStarred: lower.includes("\\flagged"),
    isDeleted: lower.includes("\\deleted"),
    isDraft: lower.includes("\\draft"),
    isAnswered: lower.includes("\\answered"),
    isSpam: role === "spam" || lower.includes("$junk"),
    isSent: role === "sent",
    flags,
    labels: row.labels,
    threadId: row.threadId,
    emailId: row.emailId,
    modseq: row.modseq,
    sizeBytes: row.sizeBytes ?? 0,
    attachments,
    attachmentCount: attachments.length,
    structure: row.tree?.root,
    text: undefined,
    html: undefined,
    preview: query.preview === true && row.preview !== undefined ? toPreview(row.preview) : undefined,
    headers: query.headers === undefined ? undefined : (headers?.toMap() ?? new Map<string, string[]>()),
    source: undefined,
    incomplete: incompleteHead(uid, row),
  };
  return { message, textParts };
}

/** An empty list of attachments that is empty because nothing is known would be a lie. */
function incompleteHead(uid: number, row: HeadRow): MailError | undefined {
  const missing = [
    ...(row.envelope === undefined ? ["envelope"] : []),
    ...(row.parts === undefined ? ["structure"] : []),
  ];
  if (missing.length > 0) {
    const message = `The server did not give the ${missing.join(" and the ")} of message ${uid}`;
    return new MailError(message, { code: "protocol", protocol: "imap", phase: "fetch" });
  }
  if (row.tree?.isCut !== true) return undefined;
  const message = `Message ${uid} has more parts, or parts in more parts, than are read`;
  return new MailError(message, { code: "limit", protocol: "imap", phase: "fetch" });
}

/** As in RFC 8621 §4.1.4. */
function isText({ contentType, disposition, isInline }: BodyPart): boolean {
  return (
    isInline && disposition !== "attachment" && (contentType === "text/plain" || contentType === "text/html")
  );
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
