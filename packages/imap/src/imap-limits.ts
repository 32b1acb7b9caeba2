import type { RetryPolicy, SaslMechanismName } from "@mailwright/core";
import {
  type GivenLimits,
  type ResolvedPoolLimits,
  type ResolvedServer,
  resolveLimits,
} from "@mailwright/core/internal";

/**
 * How a password is sent: by a SASL mechanism, under its registered name, or by the LOGIN command of IMAP
 * (RFC 9051 §6.2.3), which is none.
 */
export type ImapAuthMethod = SaslMechanismName | "LOGIN-COMMAND";

/** All of them. */
export const IMAP_AUTH_METHODS: readonly ImapAuthMethod[] = [
  "SCRAM-SHA-256-PLUS",
  "SCRAM-SHA-1-PLUS",
  "SCRAM-SHA-256",
  "SCRAM-SHA-1",
  "PLAIN",
  "LOGIN",
  "LOGIN-COMMAND",
  "CRAM-MD5",
  "OAUTHBEARER",
  "XOAUTH2",
];

/** Wall-clock limits in milliseconds. */
export interface ImapTimeouts {
  /** From the look-up of the name to the end of the login. @defaultValue 30000 */
  readonly connectMs?: number | undefined;
  /** One command with its whole answer; its connection is given up when it passes. @defaultValue 120000 */
  readonly commandMs?: number | undefined;
}

/** Bounds against hostile or broken servers, and of memory. */
export interface ImapLimits {
  /** Longest literal that is read. Longer messages are read in windows. @defaultValue 67108864 */
  readonly maxLiteralBytes?: number | undefined;
  /** Longest line. @defaultValue 1048576 */
  readonly maxLineBytes?: number | undefined;
  /** Text kept of one text part with `body: "text"`; the rest is not fetched. @defaultValue 2097152 */
  readonly maxTextBytes?: number | undefined;
  /** Largest message that `body: "full"` holds in memory. @defaultValue 67108864 */
  readonly maxMessageBytes?: number | undefined;
  /**
   * Octets of messages asked for at once; two batches may be in memory. A slow line is asked for what it carries in some
   * seconds. @defaultValue 4194304
   */
  readonly maxBatchBytes?: number | undefined;
  /** Messages asked for at once. @defaultValue 250 */
  readonly maxBatchMessages?: number | undefined;
}

/** {@link ImapTimeouts} with every default filled in. */
export type ResolvedImapTimeouts = { readonly [Name in keyof ImapTimeouts]-?: number };

/** {@link ImapLimits} with every default filled in. */
export type ResolvedImapLimits = { readonly [Name in keyof ImapLimits]-?: number };

/** What the options of a client come to when every default is filled in. */
export interface ResolvedImapOptions {
  readonly server: ResolvedServer;
  readonly retry: RetryPolicy;
  readonly poolLimits: ResolvedPoolLimits;
  readonly timeouts: ResolvedImapTimeouts;
  readonly limits: ResolvedImapLimits;
}

const MEBIBYTE = 1024 * 1024;

const TIMEOUTS: ResolvedImapTimeouts = { connectMs: 30_000, commandMs: 120_000 };

const LIMITS: ResolvedImapLimits = {
  maxLiteralBytes: 64 * MEBIBYTE,
  maxLineBytes: MEBIBYTE,
  maxTextBytes: 2 * MEBIBYTE,
  maxMessageBytes: 64 * MEBIBYTE,
  maxBatchBytes: 4 * MEBIBYTE,
  maxBatchMessages: 250,
};

/** Fills in the defaults; `Infinity` stands for no limit. Throws `"invalid-argument"`. */
export function resolveImapTimeouts(given?: GivenLimits<ResolvedImapTimeouts>): ResolvedImapTimeouts {
  return resolveLimits(TIMEOUTS, given, { option: "timeouts", protocol: "imap", unbounded: "all" });
}

/** Fills in the defaults; `Infinity` stands for no limit. Throws `"invalid-argument"`. */
export function resolveImapLimits(given?: GivenLimits<ResolvedImapLimits>): ResolvedImapLimits {
  return resolveLimits(LIMITS, given, { option: "limits", protocol: "imap", unbounded: "all" });
}
