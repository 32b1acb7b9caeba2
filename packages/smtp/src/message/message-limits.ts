import { type GivenLimits, resolveLimits } from "@mailwright/core/internal";

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

const DEFAULTS: ResolvedMessageLimits = {
  maxRecipients: 100,
  maxSubjectCharacters: 998,
  maxTextBytes: 100 * MB,
  maxAttachmentBytes: 25 * MB,
  maxAttachmentsBytes: 100 * MB,
  maxMessageBytes: 350 * MB,
  allowLocalDomains: false,
  maxQueued: 10_000,
};

/** Fills in the defaults; `Infinity` stands for no limit. Throws `"invalid-argument"`. */
export function resolveMessageLimits(given?: GivenLimits<ResolvedMessageLimits>): ResolvedMessageLimits {
  return resolveLimits(DEFAULTS, given, { option: "limits", protocol: "smtp", least: 0, unbounded: "all" });
}
