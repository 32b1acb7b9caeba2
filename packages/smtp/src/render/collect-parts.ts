import type { ResolvedMessageLimits } from "../message/message-limits.js";
import type { Content, OutgoingMessage } from "../message/outgoing-message.js";
import { collectContent } from "./collect-content.js";

/** A message whose streams have been read. */
export interface CollectedParts {
  readonly text: string | undefined;
  readonly html: string | undefined;
  readonly alternatives: readonly Buffer[];
  readonly attachments: readonly Buffer[];
}

/** What bounds the reading of streams. */
export interface PartSource {
  readonly signal: AbortSignal | undefined;
  readonly sourceMs: number;
}

interface Part {
  readonly content: Content;
  readonly encoding?: "utf8" | "base64" | undefined;
}

/**
 * The contents of a message that has no streams, uncopied: for who makes a message of them before anybody else gets a
 * turn. `undefined` when there are streams to be read. Their sizes were checked when the message was.
 */
export function partsAtHand({
  text,
  html,
  alternatives = [],
  attachments = [],
}: OutgoingMessage): CollectedParts | undefined {
  const isAtHand = [text, html].every((content) => content === undefined || typeof content === "string");
  if (!isAtHand) return undefined;
  const bytes = [alternatives, attachments].map((parts) => parts.map(bytesAtHand));
  const [forms = [], files = []] = bytes.map((list) => list.filter((one) => one !== undefined));
  if (forms.length < alternatives.length || files.length < attachments.length) return undefined;
  return {
    text: typeof text === "string" ? text : undefined,
    html: typeof html === "string" ? html : undefined,
    alternatives: forms,
    attachments: files,
  };
}

/** The contents of a message, its streams read to the end, one after the other. */
export async function collectParts(
  message: OutgoingMessage,
  limits: ResolvedMessageLimits,
  source: PartSource,
): Promise<CollectedParts> {
  const textOf = async (path: string, content: Content | undefined): Promise<string | undefined> => {
    if (content === undefined || typeof content === "string") return content;
    const bytes = await collectContent(content, { path, maxBytes: limits.maxTextBytes, ...source });
    return bytes.toString("utf8");
  };
  const alternatives: Buffer[] = [];
  for (const [index, { content, encoding }] of (message.alternatives ?? []).entries()) {
    const path = `alternatives[${index}].content`;
    const maxBytes = limits.maxTextBytes;
    alternatives.push(await collectContent(content, { path, encoding, maxBytes, ...source }));
  }
  const attachments: Buffer[] = [];
  let leftBytes = limits.maxAttachmentsBytes;
  for (const [index, { content, encoding }] of (message.attachments ?? []).entries()) {
    const path = `attachments[${index}].content`;
    const maxBytes = Math.min(limits.maxAttachmentBytes, leftBytes);
    const bytes = await collectContent(content, { path, encoding, maxBytes, ...source });
    leftBytes -= bytes.length;
    attachments.push(bytes);
  }
  return {
    text: await textOf("text", message.text),
    html: await textOf("html", message.html),
    alternatives,
    attachments,
  };
}

function bytesAtHand({ content, encoding = "utf8" }: Part): Buffer | undefined {
  if (typeof content === "string") return Buffer.from(content, encoding);
  if (!(content instanceof Uint8Array)) return undefined;
  return Buffer.isBuffer(content)
    ? content
    : Buffer.from(content.buffer, content.byteOffset, content.byteLength);
}
