import type { EmailAddress } from "@mailwright/core";
import { decodeWords } from "../mime/encoded-words.js";
import { listOf, textOf, type WireNode } from "./wire-node.js";

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

/** Reads an ENVELOPE; what is missing or broken is empty. */
export function parseEnvelope(node: WireNode | undefined): Envelope {
  const [date, subject, from, sender, replyTo, to, cc, bcc, inReplyTo, messageId] = listOf(node);
  return {
    date: parseDate(textOf(date)),
    subject: decodeWords(textOf(subject) ?? ""),
    from: addresses(from),
    sender: addresses(sender),
    replyTo: addresses(replyTo),
    to: addresses(to),
    cc: addresses(cc),
    bcc: addresses(bcc),
    inReplyTo: parseMessageIds(textOf(inReplyTo) ?? ""),
    messageId: parseMessageIds(textOf(messageId) ?? "")[0],
  };
}

/** The message ids in a header value, with their angle brackets. */
export function parseMessageIds(value: string): string[] {
  const found = value.match(/<[^<>\s]+>/g);
  if (found !== null) return [...found];
  const bare = value.trim();
  return bare === "" || /\s/.test(bare) ? [] : [bare];
}

/** A header date, or `undefined` when it is none. QUIRK: comments and two-digit years are common. */
export function parseDate(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const time = Date.parse(text.replace(/\([^()]*\)/g, " ").trim());
  return Number.isNaN(time) ? undefined : new Date(time);
}

function addresses(node: WireNode | undefined): EmailAddress[] {
  const found: EmailAddress[] = [];
  for (const entry of listOf(node).slice(0, MAX_ADDRESSES)) {
    const [name, , mailbox, host] = listOf(entry);
    const local = textOf(mailbox);
    const domain = textOf(host);
    // No host: the start of a group or (no mailbox either) its end.
    if (local === undefined || domain === undefined) continue;
    const address =
      domain === "" || domain === "MISSING_DOMAIN" || domain === ".MISSING-HOST-NAME."
        ? local
        : `${local}@${domain}`;
    if (address === "@") continue;
    found.push({ name: decodeWords(textOf(name) ?? "").trim(), address });
  }
  return found;
}
