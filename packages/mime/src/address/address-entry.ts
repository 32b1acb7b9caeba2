/** One mailbox; the same shape as `EmailAddress` of `@mailwright/core`. */
export interface MailAddress {
  /** Display name, decoded; empty when there is none. */
  readonly name: string;
  /** `local-part@domain`; empty when the sender left it out. */
  readonly address: string;
}

/** A named group of mailboxes; the same shape as `EmailGroup` of `@mailwright/core`. */
export interface MailGroup {
  readonly name: string;
  readonly members: readonly MailAddress[];
}

/** An entry of an address header: one mailbox, or a named group of them (RFC 5322 §3.4). */
export type AddressEntry = MailAddress | MailGroup;

/** The mailboxes of an address header with those of its groups in their place. */
export function flattenAddresses(entries: readonly AddressEntry[]): MailAddress[] {
  return entries.flatMap((entry) => ("members" in entry ? entry.members : [entry]));
}
