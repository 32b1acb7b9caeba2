import type { EmailAddress } from "@mailwright/core";
import { flattenAddresses, hasHighBytes } from "@mailwright/mime";
import type { DefectLog } from "../message/defect-log.js";
import type { MessageEnvelope } from "../message/message-envelope.js";

const SINGLE_FIELDS = [
  "from",
  "sender",
  "reply-to",
  "to",
  "cc",
  "bcc",
  "subject",
  "date",
  "message-id",
  "in-reply-to",
];
const MAX_NAME = 1_000;
const ADDRESS_LIKE = /[\p{L}\p{N}._%+'=-]{1,64}@[\p{L}\p{N}.-]{1,253}/gu;
const REQUIRED_FIELDS = ["from", "date"];

/** Looks for what readers disagree about, or are misled by, in the header of a message (RFC 5322 §3.6). */
export function findHeaderDefects(message: MessageEnvelope, defects: DefectLog): void {
  const { headers } = message;
  if (headers.size === 0)
    defects.add("no-header", "no header field at all: are these the contents of a message?");
  else
    for (const name of REQUIRED_FIELDS)
      if (!headers.has(name)) defects.add("missing-header", `no ${name} field`);
  for (const name of SINGLE_FIELDS) {
    const values = headers.getAllRaw(name);
    if (values.length > 1) defects.add("duplicate-header", `${values.length} ${name} fields`);
    if (values.some(hasHighBytes)) defects.add("raw-header-bytes", `${name} has bytes past ASCII`);
  }
  const senders = flattenAddresses(message.from);
  if (headers.getAllRaw("from").length > 1 || (senders.length > 1 && message.sender.length === 0))
    defects.add("ambiguous-sender", "more than one author");
  for (const address of [
    ...senders,
    ...flattenAddresses(message.replyTo),
    ...flattenAddresses(message.sender),
  ]) {
    if (isMisleading(address))
      defects.add(
        "misleading-display-name",
        `${address.name.slice(0, 80)} <${address.address.slice(0, 80)}>`,
      );
  }
}

/**
 * A display name that looks like an address other than the real one deceives readers who see only the name, and so does
 * one that turns the direction of writing.
 */
function isMisleading({ name, address }: EmailAddress): boolean {
  if (/[\u202a-\u202e\u2066-\u2069]/.test(name)) return true;
  // Full-width characters look like the others.
  const shown = name.slice(0, MAX_NAME).normalize("NFKC");
  if (address === "" || !shown.includes("@")) return false;
  const real = address.toLowerCase();
  return (shown.match(ADDRESS_LIKE) ?? []).some((found) => withoutDots(found).toLowerCase() !== real);
}

function withoutDots(text: string): string {
  return text.replace(/^\.{1,64}|\.{1,250}$/g, "");
}
