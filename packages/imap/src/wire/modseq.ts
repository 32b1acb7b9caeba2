import { MailError } from "@mailwright/core";

/** A MODSEQ as callers have it: as it was told, or as JSON keeps it, in decimal digits. */
export type Modseq = bigint | string;

/** The digits of a MODSEQ (63 bits, RFC 7162 §7). Throws `"invalid-argument"`. */
export function formatModseq(modseq: Modseq, name: string): string {
  const digits = modseq.toString();
  if (/^\d{1,19}$/.test(digits)) return digits;
  throw new MailError(`${name} is no MODSEQ`, { code: "invalid-argument", protocol: "imap" });
}
