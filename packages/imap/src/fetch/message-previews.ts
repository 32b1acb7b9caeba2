import type { ResolvedImapLimits } from "../imap-limits.js";
import type { ImapSession } from "../session/imap-session.js";
import type { ImapMessage } from "./imap-message.js";
import type { MessageHead } from "./message-items.js";
import { fetchTexts } from "./message-texts.js";
import { toHtmlPreview, toPreview } from "./preview-text.js";

/** The beginning of a text, with what mail programs put before it. */
const OCTETS = 4_096;

/** Fills in the previews that the server has not told, from texts that are there or from the first octets of them. */
export async function withPreviews(
  session: ImapSession,
  heads: readonly MessageHead[],
  messages: readonly ImapMessage[],
  limits: ResolvedImapLimits,
  signal?: AbortSignal,
): Promise<readonly ImapMessage[]> {
  const lacking = heads.filter((_head, index) => {
    const message = messages[index];
    return message?.preview === undefined && !hasText(message);
  });
  const few = { ...limits, maxTextBytes: Math.min(OCTETS, limits.maxTextBytes) };
  const beginnings = lacking.length === 0 ? [] : await fetchTexts(session, lacking, few, signal);
  const byUid = new Map(beginnings.map((message) => [message.uid, message]));
  return messages.map((message) =>
    message.preview === undefined
      ? { ...message, preview: previewOf(hasText(message) ? message : byUid.get(message.uid)) }
      : message,
  );
}

function hasText(message: ImapMessage | undefined): boolean {
  return message?.text !== undefined || message?.html !== undefined;
}

function previewOf(message: ImapMessage | undefined): string {
  const { text = "", html = "" } = message ?? {};
  const plain = toPreview(text);
  return plain === "" ? toHtmlPreview(html) : plain;
}
