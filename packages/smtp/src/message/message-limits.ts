import { MailError } from "@mailwright/core";

/** What a message may be, checked before anything is sent. */
export interface MessageLimits {
  /** Recipients in all of `to`, `cc` and `bcc`. @defaultValue 100 */
  readonly maxRecipients?: number | undefined;
  /** @defaultValue 998 */
  readonly maxSubjectCharacters?: number | undefined;
  /** Of `text`, of `html`, and of each alternative. @defaultValue 104857600 (100 MB) */
  readonly maxTextBytes?: number | undefined;
  /** Of each attachment. @defaultValue 26214400 (25 MB) */
  readonly maxAttachmentBytes?: number | undefined;
  /** Of all attachments together. @defaultValue 104857600 (100 MB) */
  readonly maxAttachmentsBytes?: number | undefined;
  /** Of the whole rendered message; the server's own limit (SIZE) applies besides. @defaultValue 367001600 (350 MB) */
  readonly maxMessageBytes?: number | undefined;
  /** Lets addresses without a dotted domain pass: `root@localhost`, `ada@[192.0.2.1]`. @defaultValue false */
  readonly allowLocalDomains?: boolean | undefined;
  /** Messages that may wait for their turn; one more is not sent. @defaultValue 10000 */
  readonly maxQueued?: number | undefined;
}

/** {@link MessageLimits} with every default filled in. */
export type ResolvedMessageLimits = {
  readonly [Name in keyof MessageLimits]-?: NonNullable<MessageLimits[Name]>;
};

const MB = 1024 * 1024;

/** Fills in the defaults; throws `"invalid-argument"`. */
export function resolveMessageLimits(limits: MessageLimits = {}): ResolvedMessageLimits {
  const resolved: ResolvedMessageLimits = {
    maxRecipients: limits.maxRecipients ?? 100,
    maxSubjectCharacters: limits.maxSubjectCharacters ?? 998,
    maxTextBytes: limits.maxTextBytes ?? 100 * MB,
    maxAttachmentBytes: limits.maxAttachmentBytes ?? 25 * MB,
    maxAttachmentsBytes: limits.maxAttachmentsBytes ?? 100 * MB,
    maxMessageBytes: limits.maxMessageBytes ?? 350 * MB,
    allowLocalDomains: limits.allowLocalDomains ?? false,
    maxQueued: limits.maxQueued ?? 10_000,
  };
  for (const [name, value] of Object.entries(resolved)) {
    if (typeof value !== "boolean" && !(value >= 0)) {
      throw new MailError(`limits.${name} must not be negative`, {
        code: "invalid-argument",
        protocol: "smtp",
      });
    }
  }
  return resolved;
}
