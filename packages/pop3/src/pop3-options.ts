import type { ClientOptions, ConnectionPool, PoolLimits } from "@mailwright/core";
import { MailError } from "@mailwright/core";
import type { Pop3Connection } from "./connection/pop3-connection.js";
import type { Pop3PoolKey } from "./connection/pop3-pool.js";

/** How to log in; `USER` is the `USER` and `PASS` commands of RFC 1939. */
export type Pop3AuthMethod =
  | "SCRAM-SHA-256-PLUS"
  | "SCRAM-SHA-256"
  | "PLAIN"
  | "LOGIN"
  | "USER"
  | "APOP"
  | "OAUTHBEARER"
  | "XOAUTH2";

/** Wall-clock limits in milliseconds; a server that drips a byte a second does not stretch them. */
export interface Pop3Timeouts {
  /** Name lookup, connection, TLS, greeting and login together. @defaultValue 30000 */
  readonly connectMs?: number | undefined;
  /** Any command but those below, from the moment its answer is next in line. @defaultValue 60000 */
  readonly commandMs?: number | undefined;
  /** One message, time that the caller takes to consume it not counted. @defaultValue 600000 */
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
  /** Commands under way at once when the server offers `PIPELINING`. @defaultValue 256 */
  readonly windowCommands?: number | undefined;
  /** Message bytes under way or waiting for the caller at once; one message may exceed it. @defaultValue 8388608 (8 MiB) */
  readonly windowBytes?: number | undefined;
}

/** What a `Pop3Client` takes. */
export interface Pop3ClientOptions extends ClientOptions {
  /**
   * Pins the way to log in. Without it: the strongest that the server offers, tried once; `LOGIN` and
   * `USER` only if it offers nothing better, `APOP` never.
   */
  readonly auth?: Pop3AuthMethod | undefined;
  /** Asks for UTF-8 mode before login (RFC 6856); fails with `"unsupported"` where it is not offered. @defaultValue false */
  readonly utf8?: boolean | undefined;
  /** Asks for answers in this language before login (RFC 6856): `"de"`. */
  readonly language?: string | undefined;
  /** Limits of the client's own pool, or one made by `createPop3Pool()` to share. */
  readonly pool?: PoolLimits | ConnectionPool<Pop3Connection, Pop3PoolKey> | undefined;
  readonly timeouts?: Pop3Timeouts | undefined;
  readonly limits?: Pop3Limits | undefined;
}

export type ResolvedTimeouts = { readonly [Name in keyof Pop3Timeouts]-?: number };
export type ResolvedLimits = { readonly [Name in keyof Pop3Limits]-?: number };

const TIMEOUTS: ResolvedTimeouts = {
  connectMs: 30_000,
  commandMs: 60_000,
  messageMs: 600_000,
  commitMs: 120_000,
  stallMs: 60_000,
};

const LIMITS: ResolvedLimits = {
  maxLineBytes: 16_384,
  maxListingBytes: 32 * 1024 * 1024,
  maxMessages: 1_000_000,
  maxMessageBytes: 128 * 1024 * 1024,
  windowCommands: 256,
  windowBytes: 8 * 1024 * 1024,
};

/** Fills in the defaults; throws `"invalid-argument"` for what is no time. */
export function resolveTimeouts(given: Pop3Timeouts = {}): ResolvedTimeouts {
  return resolve(TIMEOUTS, given, "timeouts");
}

/** Fills in the defaults; throws `"invalid-argument"` for what is no limit. */
export function resolveLimits(given: Pop3Limits = {}): ResolvedLimits {
  return resolve(LIMITS, given, "limits");
}

function resolve<Name extends string>(
  defaults: Readonly<Record<Name, number>>,
  given: Readonly<Partial<Record<Name, number | undefined>>>,
  option: string,
): Record<Name, number> {
  const resolved: Record<Name, number> = { ...defaults };
  for (const name in defaults) {
    const value = given[name];
    if (value === undefined) continue;
    if (Number.isNaN(value) || value < 1) {
      const message = `${option}.${name} must be at least 1`;
      throw new MailError(message, { code: "invalid-argument", protocol: "pop3" });
    }
    resolved[name] = value;
  }
  return resolved;
}
