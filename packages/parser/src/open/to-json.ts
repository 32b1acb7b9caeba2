import type { EnvelopeJson, MessageEnvelope } from "../message/message-envelope.js";
import type { AttachmentJson, MessageJson } from "../message/message-json.js";
import type { Attachment, ParsedMessage } from "../message/parsed-message.js";

/**
 * Three such texts in which JSON escapes each character with six fit into the longest string that V8 has (2²⁹ − 24
 * characters): `JSON.stringify` must not throw because of what is in a message.
 */
const MAX_TEXT_CHARACTERS = 25_000_000;

/** Decodes everything in a message into plain data. */
export function toMessageJson(message: ParsedMessage): MessageJson {
  const { text, html, calendar, encryption, signature } = message;
  const isCut = [text, html, calendar?.text].some((value) => isTooLong(value));
  const attachments = message.attachments.map(toAttachmentJson);
  const envelope = toEnvelopeJson(message);
  // Last, so that what was found while decoding is told.
  const { defects, isTruncated } = message;
  return {
    ...envelope,
    text: cut(text),
    html: cut(html),
    attachments,
    calendar: calendar && { method: calendar.method, text: cut(calendar.text) },
    encryption,
    signature,
    defects,
    isTruncated: isTruncated || isCut,
  };
}

/** What the header of a message says, as plain data. */
export function toEnvelopeJson(envelope: MessageEnvelope): EnvelopeJson {
  const { from, sender, replyTo, to, cc, bcc, subject, messageId, inReplyTo, references } = envelope;
  const date = envelope.date?.toISOString();
  const headers = envelope.headers.toJSON();
  return { from, sender, replyTo, to, cc, bcc, subject, date, messageId, inReplyTo, references, headers };
}

/** Describes an attachment as plain data; decodes it for its size. */
export function toAttachmentJson(attachment: Attachment): AttachmentJson {
  const { path, filename, safeFilename, contentType, disposition, contentId, isRelated, sizeBytes } =
    attachment;
  const parameters = Object.fromEntries(attachment.parameters);
  return {
    path,
    filename,
    safeFilename,
    contentType,
    parameters,
    disposition,
    contentId,
    isRelated,
    sizeBytes,
  };
}

function isTooLong(text: string | undefined): boolean {
  return text !== undefined && text.length > MAX_TEXT_CHARACTERS;
}

function cut<T extends string | undefined>(text: T): T | string {
  return text === undefined || text.length <= MAX_TEXT_CHARACTERS ? text : text.slice(0, MAX_TEXT_CHARACTERS);
}
