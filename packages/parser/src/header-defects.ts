import type { EmailAddress } from "@mailwright/core";
import type { DefectLog } from "./defect.js";
import { flattenAddresses } from "./flatten-addresses.js";
import { hasHighBytes } from "./header-text.js";
import type { MessageEnvelope } from "./message-envelope.js";

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

/** A display name that looks like an address other than the real one deceives readers who see only the name. */
function isMisleading({ name, address }: EmailAddress): boolean {
  const at = name.indexOf("@");
  if (at <= 0 || !/[\p{L}\p{N}]@[\p{L}\p{N}]/u.test(name)) return false;
  return address !== "" && !name.toLowerCase().includes(address.toLowerCase());
}
