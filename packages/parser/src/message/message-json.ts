import { type AttachmentJson, toAttachmentJson } from "./attachment-json.js";
import type { CalendarPart } from "./calendar-part.js";
import type { Defect } from "./defect.js";
import { type EnvelopeJson, toEnvelopeJson } from "./envelope-json.js";
import type { ParsedMessage } from "./parsed-message.js";
import type { Protection } from "./protection.js";

/** A {@link ParsedMessage} as plain data, without the bytes of its attachments and without its structure. */
export interface MessageJson extends EnvelopeJson {
  readonly text: string | undefined;
  /** The sender's markup, scripts included, as in {@link ParsedMessage.html}. */
  readonly html: string | undefined;
  readonly attachments: readonly AttachmentJson[];
  readonly calendar: CalendarPart | undefined;
  readonly encryption: Protection | undefined;
  readonly signature: Protection | undefined;
  readonly defects: readonly Defect[];
  /** As in {@link ParsedMessage.truncated}; or a text, HTML or calendar of more than 25 million characters was cut. */
  readonly truncated: boolean;
}

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
  const { defects, truncated } = message;
  return {
    ...envelope,
    text: cut(text),
    html: cut(html),
    attachments,
    calendar: calendar && { method: calendar.method, text: cut(calendar.text) },
    encryption,
    signature,
    defects,
    truncated: truncated || isCut,
  };
}

function isTooLong(text: string | undefined): boolean {
  return text !== undefined && text.length > MAX_TEXT_CHARACTERS;
}

function cut<T extends string | undefined>(text: T): T | string {
  return text === undefined || text.length <= MAX_TEXT_CHARACTERS ? text : text.slice(0, MAX_TEXT_CHARACTERS);
}
