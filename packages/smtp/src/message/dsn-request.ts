/** Which delivery status notifications the sender wants, RFC 3461. */
export interface DeliveryNotification {
  /** When to notify; `"never"` stands alone. */
  readonly notify?: "never" | readonly ("success" | "failure" | "delay")[] | undefined;
  /** What a notification brings back: the headers or the whole message. */
  readonly return?: "headers" | "full" | undefined;
  /** Comes back in every notification (ENVID). At most 100 characters of printable ASCII. */
  readonly envelopeId?: string | undefined;
  /** The address that the recipient was first known by (ORCPT); only with one recipient. */
  readonly originalRecipient?: string | undefined;
}
