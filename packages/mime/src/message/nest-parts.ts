import { asBuffer } from "../bytes/as-buffer.js";
import { attachmentPart } from "./attachment-part.js";
import { dispositionField, typeField } from "./content-fields.js";
import { encodeFile, encodeText, encodeTextBytes } from "./encode-content.js";
import type { MimeAlternative, MimeCalendar, MimeMessage } from "./mime-message.js";
import { leafPart, type MimePart, multiPart } from "./mime-part.js";

const TEXT = /^text\//i;
const HTML = /^text\/html\b/i;

/**
 * The body of a message as parts in parts: `mixed` of `alternative` of `related`, each where there is more than one thing
 * to put into it (RFC 2046 §5.1, RFC 2387). `boundary` is called for each of them and never answers the same.
 */
export function nestParts(message: MimeMessage, boundary: () => string): MimePart {
  const { attachments = [], calendar } = message;
  const bodies = bodiesOf(message);
  const shown = bodies.findLast(({ isHtml }) => isHtml);
  const isRelated = ({ cid }: { readonly cid?: string | undefined }): boolean =>
    shown !== undefined && cid !== undefined;
  const related = attachments.filter(isRelated);
  const attached = attachments.filter((attachment) => !isRelated(attachment));
  const isWhole = bodies.length === 0 && attached.length === 1 && calendar === undefined;
  const files = attached.map((attachment) => attachmentPart(attachment, isWhole));
  if (calendar !== undefined) files.push(calendarFile(calendar));
  const forms = bodies.map((body) => {
    if (body !== shown || related.length === 0) return body.part;
    const parts = related.map((attachment) => attachmentPart(attachment, false));
    return multiPart('related; type="text/html"', [body.part, ...parts], boundary());
  });
  const [first] = forms;
  const body = forms.length > 1 ? multiPart("alternative", forms, boundary()) : first;
  const parts = body === undefined ? files : [body, ...files];
  const [only = textPart("plain", "")] = parts;
  return parts.length > 1 ? multiPart("mixed", parts, boundary()) : only;
}

interface Body {
  readonly isHtml: boolean;
  readonly part: MimePart;
}

/** An empty text is none, unless there is nothing else. */
function bodiesOf({ text = "", html = "", calendar, alternatives = [] }: MimeMessage): Body[] {
  const bodies: Body[] = [];
  if (text !== "") bodies.push({ isHtml: false, part: textPart("plain", text) });
  if (html !== "") bodies.push({ isHtml: true, part: textPart("html", html) });
  if (calendar !== undefined) bodies.push({ isHtml: false, part: calendarPart(calendar) });
  for (const alternative of alternatives) bodies.push(alternativeBody(alternative));
  return bodies;
}

function textPart(subtype: string, text: string): MimePart {
  return leafPart(`Content-Type: text/${subtype}; charset=utf-8\r\n`, encodeText(text));
}

function alternativeBody({ contentType, content }: MimeAlternative): Body {
  const bytes = asBuffer(content);
  const isText = TEXT.test(contentType);
  const encoded = isText ? encodeTextBytes(bytes) : encodeFile(contentType, bytes);
  const disposition = isText ? "" : "Content-Disposition: attachment\r\n";
  return {
    isHtml: HTML.test(contentType),
    part: leafPart(typeField(contentType) + disposition, encoded),
  };
}

function calendarPart({ content, method = "PUBLISH" }: MimeCalendar): MimePart {
  const type = typeField(`text/calendar; charset=utf-8; method=${method.trim().toUpperCase()}`);
  return leafPart(type, encodeText(content));
}

function calendarFile({ content, filename = "invite.ics" }: MimeCalendar): MimePart {
  const contentType = "application/ics";
  const fields = typeField(contentType, filename) + dispositionField("attachment", filename);
  return leafPart(fields, encodeFile(contentType, Buffer.from(content)));
}
