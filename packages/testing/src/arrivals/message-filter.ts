import type { AcceptedMessage } from "../smtp/delivery.js";

/** Which of the messages that arrived are meant; all that is given must hold. */
export interface MessageFilter {
  /** A recipient: the address in any case, or a pattern. */
  readonly to?: string | RegExp;
  /** The sender of the envelope or of the From field: the address in any case, or a pattern. */
  readonly from?: string | RegExp;
  /** A part of the subject, or a pattern. */
  readonly subject?: string | RegExp;
}

/** Whether a message passes the filter. */
export function matchesFilter(message: AcceptedMessage, { to, from, subject }: MessageFilter): boolean {
  const recipients = message.recipients.map(({ address }) => address);
  if (to !== undefined && !recipients.some((address) => isAddress(address, to))) return false;
  const senders = (): string[] => [message.mailFrom, ...message.parsed.from.map(({ address }) => address)];
  if (from !== undefined && !senders().some((address) => isAddress(address, from))) return false;
  if (subject === undefined) return true;
  const text = message.parsed.subject ?? "";
  return typeof subject === "string" ? text.includes(subject) : hasMatch(text, subject);
}

/** The filter in words, such as ` to bob@example.test`; empty when it lets everything pass. */
export function describeFilter({ to, from, subject }: MessageFilter): string {
  return [
    ["to", to],
    ["from", from],
    ["with subject", typeof subject === "string" ? JSON.stringify(subject) : subject],
  ]
    .filter(([, wanted]) => wanted !== undefined)
    .map(([name, wanted]) => ` ${name} ${wanted}`)
    .join("");
}

function isAddress(address: string, wanted: string | RegExp): boolean {
  if (typeof wanted !== "string") return hasMatch(address, wanted);
  return address.toLowerCase() === wanted.toLowerCase();
}

/** A pattern with `g` or `y` would go on where it last stopped. */
function hasMatch(text: string, pattern: RegExp): boolean {
  pattern.lastIndex = 0;
  return pattern.test(text);
}
