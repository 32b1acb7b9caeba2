import type { EmailAddress } from "@mailwright/core";
import { decodeHeaderText, parseDate, parseMessageIds } from "@mailwright/mime";
import { listOf, rawTextOf, textOf, type WireNode } from "./wire-node.js";

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
    date: parseDate(headerText(date)),
    subject: headerText(subject),
    from: addresses(from),
    sender: addresses(sender),
    replyTo: addresses(replyTo),
    to: addresses(to),
    cc: addresses(cc),
    bcc: addresses(bcc),
    inReplyTo: parseMessageIds(headerText(inReplyTo)),
    messageId: parseMessageId(headerText(messageId)),
  };
}

/** QUIRK: servers leave the folding of a long field in. */
function headerText(node: WireNode | undefined): string {
  return decodeHeaderText((rawTextOf(node) ?? "").replace(/\r?\n/g, "")).trim();
}

/** QUIRK: some systems leave out the brackets and the domain. */
function parseMessageId(text: string): string | undefined {
  return parseMessageIds(text)[0] ?? (text === "" || text.includes(" ") ? undefined : `<${text}>`);
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
    found.push({ name: headerText(name), address });
  }
  return found;
}
