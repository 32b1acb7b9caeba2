import {
  decodeText,
  flattenAddresses,
  type MailAddress,
  type MessageHeaders,
  parseAddresses,
  parseDate,
  parseParameterizedValue,
} from "@mailwright/mime";
import type { ParsedAttachment, ParsedMessage } from "./parsed-message.js";
import { type LeafPart, readHeaders, splitParts } from "./split-parts.js";

/**
 * Reads a message for assertions. `envelopeRecipients` are the addresses that it was sent to: those that no field
 * names are its `bcc`.
 */
export function parseMail(raw: Uint8Array, envelopeRecipients: readonly string[] = []): ParsedMessage {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  const headers = readHeaders(bytes);
  const leaves = splitParts(bytes);
  const addresses = (name: string): MailAddress[] => readAddresses(headers, name);
  const [to, cc, named] = [addresses("to"), addresses("cc"), addresses("bcc")];
  const known = new Set([...to, ...cc, ...named].map(({ address }) => address.toLowerCase()));
  const hidden = envelopeRecipients.filter((address) => !known.has(address.toLowerCase()));
  const isText = (leaf: LeafPart, type: string): boolean => leaf.type.value === type && !isAttached(leaf);
  return {
    subject: headers.get("subject"),
    from: addresses("from"),
    to,
    cc,
    bcc: [...named, ...hidden.map((address) => ({ name: "", address }))],
    replyTo: addresses("reply-to"),
    date: parseDate(headers.get("date") ?? ""),
    messageId: headers.get("message-id")?.trim(),
    headers,
    text: joinTexts(leaves.filter((leaf) => isText(leaf, "text/plain"))),
    html: joinTexts(leaves.filter((leaf) => isText(leaf, "text/html"))),
    attachments: leaves
      .filter((leaf) => !isText(leaf, "text/plain") && !isText(leaf, "text/html"))
      .map(toAttachment),
  };
}

function readAddresses(headers: MessageHeaders, name: string): MailAddress[] {
  return headers.getAllRaw(name).flatMap((value) => flattenAddresses(parseAddresses(value).entries));
}

function joinTexts(leaves: readonly LeafPart[]): string | undefined {
  if (leaves.length === 0) return undefined;
  return leaves
    .map(
      ({ content, type }) =>
        decodeText(content, { contentType: type.value, parameters: type.parameters }).text,
    )
    .join("\n");
}

function disposition({ headers }: LeafPart): ReturnType<typeof parseParameterizedValue> {
  return parseParameterizedValue(headers.getRaw("content-disposition") ?? "");
}

function isAttached(leaf: LeafPart): boolean {
  const { value, parameters } = disposition(leaf);
  return value === "attachment" || parameters.has("filename") || leaf.type.parameters.has("name");
}

function toAttachment(leaf: LeafPart): ParsedAttachment {
  const { value, parameters } = disposition(leaf);
  const contentId = leaf.headers
    .get("content-id")
    ?.trim()
    .replace(/^<(.*)>$/, "$1");
  return {
    filename: parameters.get("filename") ?? leaf.type.parameters.get("name"),
    contentType: leaf.type.value,
    contentId,
    isInline: value === "inline" || (value === "" && contentId !== undefined),
    content: leaf.content,
  };
}
