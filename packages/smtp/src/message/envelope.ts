/** Sender and recipients as the servers see them, RFC 5321 §2.3.1. */
export interface Envelope {
  /** Where bounces go; `""` is the null sender of notifications. @defaultValue the address in `sender` or `from` */
  readonly from?: string | undefined;
  /** @defaultValue the addresses in `to`, `cc` and `bcc` */
  readonly to?: readonly string[] | undefined;
}
