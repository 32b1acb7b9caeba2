import type { Content, OutgoingMessage } from "../message/outgoing-message.js";

/** So long may the source of a content keep a turn in the queue from others. */
const PATIENCE_MS = 1_000;

/**
 * Waits for a message to be composed. `letGo` is called when that takes long because of a stream, such as one that is
 * stuck: others may have the turn meanwhile.
 */
export async function whileComposing<T>(
  message: OutgoingMessage,
  composing: Promise<T>,
  letGo: () => void,
): Promise<T> {
  if (!contentsOf(message).some(isSource)) return composing;
  const timer = setTimeout(letGo, PATIENCE_MS);
  try {
    return await composing;
  } finally {
    clearTimeout(timer);
  }
}

function contentsOf({ raw, text, html, alternatives, attachments }: OutgoingMessage): unknown[] {
  const parts = [alternatives, attachments].flatMap((list) => (Array.isArray(list) ? list : []));
  return [raw, text, html, ...parts.map((part: { readonly content?: Content } | null) => part?.content)];
}

function isSource(content: unknown): boolean {
  return typeof content === "object" && content !== null && Symbol.asyncIterator in content;
}
