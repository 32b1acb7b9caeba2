import type { SaslMechanismName } from "@mailwright/core";
import { type GivenLimits, resolveLimits } from "@mailwright/core/internal";

/** How to log in; `USER` is the `USER` and `PASS` commands of RFC 1939. */
export type Pop3AuthMethod = SaslMechanismName | "USER" | "APOP";

/** What `authMethod` may be. */
export const POP3_AUTH_METHODS: Readonly<Record<Pop3AuthMethod, true>> = {
  "SCRAM-SHA-256-PLUS": true,
  "SCRAM-SHA-1-PLUS": true,
  "SCRAM-SHA-256": true,
  "SCRAM-SHA-1": true,
  PLAIN: true,
  LOGIN: true,
  "CRAM-MD5": true,
  USER: true,
  APOP: true,
  OAUTHBEARER: true,
  XOAUTH2: true,
};

/** Wall-clock limits in milliseconds; a server that drips a byte a second does not stretch them. */
export interface Pop3Timeouts {
  /** Name lookup, connection, TLS, greeting and login together. @defaultValue 30000 */
  readonly connectMs?: number | undefined;
  /** Any command but those below, from the moment its answer is next in line. @defaultValue 60000 */
  readonly commandMs?: number | undefined;
  /**
   * One message, time that the caller takes to consume it not counted; given anew, up to 30 times, while 64 KiB come
   * within it. @defaultValue 600000
   */
  readonly messageMs?: number | undefined;
  /** `QUIT`, when there are deletions for the server to carry out. @defaultValue 120000 */
  readonly commitMs?: number | undefined;
  /** Silence while an answer is due. @defaultValue 60000 */
  readonly stallMs?: number | undefined;
}

/** Bounds on what a server may send, and on what may be under way at once. */
export interface Pop3Limits {
  /** One line outside a message. @defaultValue 16384 */
  readonly maxLineBytes?: number | undefined;
  /** One `LIST`, `UIDL` or `CAPA`. @defaultValue 33554432 (32 MiB) */
  readonly maxListingBytes?: number | undefined;
  /** Messages in the mailbox. @defaultValue 1000000 */
  readonly maxMessages?: number | undefined;
  /** One message in memory; larger ones need `messageStream()`. @defaultValue 134217728 (128 MiB) */
  readonly maxMessageBytes?: number | undefined;
  /** Commands under way at once when the server offers `PIPELINING`. @defaultValue 512 */
  readonly windowCommands?: number | undefined;
  /** Message bytes under way or waiting for the caller at once; one message may exceed it. @defaultValue 16777216 (16 MiB) */
  readonly windowBytes?: number | undefined;
}

/** {@link Pop3Timeouts} with every default filled in. */
export type ResolvedPop3Timeouts = { readonly [Name in keyof Pop3Timeouts]-?: number };

/** {@link Pop3Limits} with every default filled in. */
export type ResolvedPop3Limits = { readonly [Name in keyof Pop3Limits]-?: number };

const TIMEOUTS: ResolvedPop3Timeouts = {
  connectMs: 30_000,
  commandMs: 60_000,
  messageMs: 600_000,
  commitMs: 120_000,
  stallMs: 60_000,
};

const LIMITS: ResolvedPop3Limits = {
  maxLineBytes: 16_384,
  maxListingBytes: 32 * 1024 * 1024,
  maxMessages: 1_000_000,
  maxMessageBytes: 128 * 1024 * 1024,
  windowCommands: 512,
  windowBytes: 16 * 1024 * 1024,
};

/** Fills in the defaults; `Infinity` stands for no limit. Throws `"invalid-argument"`. */
export function resolvePop3Timeouts(given?: GivenLimits<ResolvedPop3Timeouts>): ResolvedPop3Timeouts {
  return resolveLimits(TIMEOUTS, given, { option: "timeouts", protocol: "pop3", unbounded: "all" });
}

/** Fills in the defaults; those of what a server may send may be `Infinity`. Throws `"invalid-argument"`. */
export function resolvePop3Limits(given?: GivenLimits<ResolvedPop3Limits>): ResolvedPop3Limits {
  const unbounded = ["maxLineBytes", "maxListingBytes", "maxMessages", "maxMessageBytes"] as const;
  return resolveLimits(LIMITS, given, { option: "limits", protocol: "pop3", unbounded });
}
