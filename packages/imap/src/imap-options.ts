import type { ClientOptions, ConnectionPool, PoolLimits, RetryPolicy, Security } from "@mailwright/core";
import { exponentialBackoff, MailError, ConnectionPool as Pool, RetryBudget } from "@mailwright/core";
import {
  type ResolvedPoolLimits,
  type ResolvedServer,
  requireOptions,
  resolvePoolLimits,
  resolveServer,
} from "@mailwright/core/internal";

import type { ImapPoolKey } from "./connection/imap-pool-key.js";
import type { ImapSession } from "./session/imap-session.js";

/** What an `ImapClient` is made from. */
export interface ImapClientOptions extends ClientOptions {
  /** Limits of the client's own pool, or a pool that several clients share ({@link createImapPool}). */
  readonly pool?: PoolLimits | ConnectionPool<ImapSession, ImapPoolKey> | undefined;
  readonly timeouts?: ImapTimeouts | undefined;
  readonly limits?: ImapLimits | undefined;
  /** Pins how a password is sent; without it PLAIN, then LOGIN, as the server offers. */
  readonly authMethod?: ImapAuthMethod | undefined;
  /** Told to servers that have ID (RFC 2971). @defaultValue `{ name: "mailwright" }` */
  readonly clientInfo?: Readonly<Record<string, string>> | undefined;
  /** Compresses the connection where the server can (RFC 4978): fewer bytes for more CPU. @defaultValue false */
  readonly compress?: boolean | undefined;
}

/** `"plain"` and `"auth-login"` are SASL mechanisms, `"login"` is the LOGIN command. */
export type ImapAuthMethod = "plain" | "auth-login" | "login";

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
  /** Octets of messages asked for at once; two batches may be in memory. @defaultValue 4194304 */
  readonly maxBatchBytes?: number | undefined;
  /** Messages asked for at once. @defaultValue 250 */
  readonly maxBatchMessages?: number | undefined;
}

/** {@link ImapClientOptions} with every default filled in. */
export interface ResolvedImapOptions {
  readonly server: ResolvedServer;
  readonly retry: RetryPolicy;
  readonly poolLimits: ResolvedPoolLimits;
  readonly timeouts: { readonly [Name in keyof ImapTimeouts]-?: number };
  readonly limits: { readonly [Name in keyof ImapLimits]-?: number };
}

const MEBIBYTE = 1024 * 1024;

const PORTS: Readonly<Record<Security, number>> = { tls: 993, starttls: 143, none: 143 };

const POOL: PoolLimits = { maxPerKey: 3, idleTimeoutMs: 300_000, checkAfterIdleMs: 30_000 };

/** Checks the options and fills in the defaults; throws `"invalid-argument"`. */
export function resolveImapOptions(options: ImapClientOptions): ResolvedImapOptions {
  requireOptions(options, "imap");
  const retry = { attempts: 3, backoff: exponentialBackoff(), budget: new RetryBudget(), ...options.retry };
  const timeouts = {
    connectMs: options.timeouts?.connectMs ?? 30_000,
    commandMs: options.timeouts?.commandMs ?? 120_000,
  };
  const limits = {
    maxLiteralBytes: options.limits?.maxLiteralBytes ?? 64 * MEBIBYTE,
    maxLineBytes: options.limits?.maxLineBytes ?? MEBIBYTE,
    maxTextBytes: options.limits?.maxTextBytes ?? 2 * MEBIBYTE,
    maxMessageBytes: options.limits?.maxMessageBytes ?? 64 * MEBIBYTE,
    maxBatchBytes: options.limits?.maxBatchBytes ?? 4 * MEBIBYTE,
    maxBatchMessages: options.limits?.maxBatchMessages ?? 250,
  };
  for (const [name, value] of Object.entries({ ...timeouts, ...limits })) {
    if (Number.isNaN(value) || value < 1) {
      throw new MailError(`${name} must be at least 1`, { code: "invalid-argument", protocol: "imap" });
    }
  }
  const pool = options.pool instanceof Pool ? undefined : options.pool;
  return {
    server: resolveServer(options.server, PORTS, "imap"),
    retry,
    poolLimits: resolvePoolLimits(pool, POOL),
    timeouts,
    limits,
  };
}
