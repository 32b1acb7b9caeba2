import { createHmac, randomBytes } from "node:crypto";
import { type MimeAlternative, type MimeAttachment, writeMessage } from "@mailwright/mime";
import type { ListHeaders, OutgoingMessage } from "../message/outgoing-message.js";
import type { MessageAddresses } from "../validate/validate-addresses.js";
import type { CollectedParts } from "./collect-parts.js";

type HeaderLine = readonly [name: string, value: string];

const NOTHING = Buffer.alloc(0);
/** Ids with their brackets, and words that lack them; neither begins twice at the same place. */
const REFERENCE = /<[^<>]*>|[^\s<>]+/g;
const boundaryKey = randomBytes(32);
const PRIORITIES = {
  high: { importance: "High", number: "1 (Highest)" },
  low: { importance: "Low", number: "5 (Lowest)" },
};

/** Builds the MIME message; files and URLs are out of its reach, whatever the message says. */
export function composeMessage(
  message: OutgoingMessage,
  addresses: MessageAddresses,
  parts: CollectedParts,
  { messageId, date }: { readonly messageId: string; readonly date: Date },
): Buffer {
  const { from, sender, to, cc, replyTo } = addresses;
  const { subject, inReplyTo, calendar } = message;
  const { text, html } = parts;
  return writeMessage(
    {
      from,
      sender,
      to,
      cc,
      replyTo,
      subject,
      messageId,
      date,
      inReplyTo,
      references: referenceIds(message.references),
      headers: headerLines(message),
      text,
      html,
      calendar,
      alternatives: alternativesOf(message, parts),
      attachments: attachmentsOf(message, parts),
    },
    { uniqueText: () => boundaryFor(messageId) },
  );
}

function alternativesOf(message: OutgoingMessage, parts: CollectedParts): MimeAlternative[] | undefined {
  return message.alternatives?.map(({ contentType }, index) => {
    return { contentType, content: parts.alternatives[index] ?? NOTHING };
  });
}

function attachmentsOf(message: OutgoingMessage, parts: CollectedParts): MimeAttachment[] | undefined {
  return message.attachments?.map(({ filename, contentType, cid, disposition, headers }, index) => {
    const content = parts.attachments[index] ?? NOTHING;
    return { filename, contentType, cid, disposition, content, headers: Object.entries(headers ?? {}) };
  });
}

/** What lacks the angle brackets gets them. Blanks within them stay: under another name nobody finds the message. */
function referenceIds(references: OutgoingMessage["references"] = []): string[] {
  const text = typeof references === "string" ? references : references.join(" ");
  const ids = text.match(REFERENCE) ?? [];
  return ids.map((id) => (id.startsWith("<") ? id : `<${id}>`));
}

function headerLines(message: OutgoingMessage): HeaderLine[] {
  const lines: HeaderLine[] = [];
  for (const [name, value] of Object.entries(message.headers ?? {})) {
    for (const one of typeof value === "string" ? [value] : value) lines.push([name, one]);
  }
  if (message.priority === "high" || message.priority === "low") {
    const { importance, number } = PRIORITIES[message.priority];
    lines.push(["X-Priority", number], ["X-MSMail-Priority", importance], ["Importance", importance]);
  }
  return message.list === undefined ? lines : [...lines, ...listLines(message.list)];
}

function listLines(list: ListHeaders): HeaderLine[] {
  const lines: HeaderLine[] = [];
  for (const [name, key] of LIST_FIELDS) {
    const value = list[key];
    if (value === undefined) continue;
    const urls = typeof value === "string" ? [value] : value;
    lines.push([name, urls.map((url) => `<${url}>`).join(", ")]);
  }
  if (list.oneClick === true) lines.push(["List-Unsubscribe-Post", "List-Unsubscribe=One-Click"]);
  return lines;
}

const LIST_FIELDS = [
  ["List-Help", "help"],
  ["List-Unsubscribe", "unsubscribe"],
  ["List-Subscribe", "subscribe"],
  ["List-Post", "post"],
  ["List-Owner", "owner"],
  ["List-Archive", "archive"],
  ["List-ID", "id"],
] as const;

/**
 * The same for the same message, so that rendering it twice gives the same bytes, and yet nothing that a
 * content could contain on purpose.
 */
function boundaryFor(messageId: string): string {
  return createHmac("sha256", boundaryKey).update(messageId).digest("hex").slice(0, 24);
}
