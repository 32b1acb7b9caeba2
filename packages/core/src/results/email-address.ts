/** One mailbox of an address list, RFC 5322 §3.4. */
export interface EmailAddress {
  /** The display name, decoded; empty when there is none. */
  readonly name: string;
  /** The addr-spec, such as `ada@example.org`. */
  readonly address: string;
}

/** A named group of mailboxes, RFC 5322 §3.4; may be empty (`undisclosed-recipients:;`). */
export interface EmailGroup {
  readonly name: string;
  readonly members: readonly EmailAddress[];
}
