/**
 * Why the store refused: the account or mailbox does not exist, exists already, may not be touched
 * (INBOX cannot be deleted), has an impossible name, a value cannot be told over the wire (a flag with a blank, a date
 * that is none), or the message does not fit in the quota.
 */
export type MailStoreErrorCode =
  | "no-account"
  | "account-exists"
  | "no-mailbox"
  | "mailbox-exists"
  | "mailbox-protected"
  | "invalid-name"
  | "invalid-value"
  | "over-quota";

/** Rejection by {@link MailStore}; servers translate `code` into their protocol's refusal. */
export class MailStoreError extends Error {
  override readonly name = "MailStoreError";
  readonly code: MailStoreErrorCode;

  constructor(code: MailStoreErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
