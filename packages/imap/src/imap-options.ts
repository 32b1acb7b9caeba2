import type { ClientOptions, PoolLimits, Security } from "@mailwright/core";
import { exponentialBackoff, MailError, silentLogger } from "@mailwright/core";
import {
  accountKey,
  CredentialsResolver,
  guardLogger,
  guardTranscript,
  requireOptions,
  resolvePoolLimits,
  resolveRetry,
  resolveServer,
} from "@mailwright/core/internal";
import type { ImapAccount } from "./connection/imap-account.js";
import { ImapPool } from "./connection/imap-pool.js";
import {
  IMAP_AUTH_METHODS,
  type ImapAuthMethod,
  type ImapLimits,
  type ImapTimeouts,
  type ResolvedImapOptions,
  resolveImapLimits,
  resolveImapTimeouts,
} from "./imap-limits.js";

/** What an `ImapClient` is made from. */
export interface ImapClientOptions extends ClientOptions {
  /** Limits of the client's own pool, or a pool that several clients share ({@link createImapPool}). */
  readonly pool?: PoolLimits | ImapPool | undefined;
  readonly timeouts?: ImapTimeouts | undefined;
  readonly limits?: ImapLimits | undefined;
  /** Pins how a password is sent; without it PLAIN, then LOGIN, as the server offers. */
  readonly authMethod?: ImapAuthMethod | undefined;
  /** Told to servers that have ID (RFC 2971). @defaultValue `{ name: "mailwright" }` */
  readonly clientInfo?: Readonly<Record<string, string>> | undefined;
  /** Compresses the connection where the server can (RFC 4978): fewer bytes for more CPU. @defaultValue false */
  readonly compress?: boolean | undefined;
}

/** The names of the options that are IMAP's own. */
const IMAP_OPTIONS: Readonly<Record<Exclude<keyof ImapClientOptions, keyof ClientOptions>, true>> = {
  pool: true,
  timeouts: true,
  limits: true,
  authMethod: true,
  clientInfo: true,
  compress: true,
};

/** A server that restarts is waited for. */
const RETRY = { attempts: 3, backoff: exponentialBackoff(), outageMs: 30_000 };

const PORTS: Readonly<Record<Security, number>> = { tls: 993, starttls: 143, none: 143 };

/** Checks the options and fills in the defaults; throws `"invalid-argument"`. */
export function resolveImapOptions(options: ImapClientOptions): ResolvedImapOptions {
  requireOptions(options, "imap", IMAP_OPTIONS);
  const { authMethod } = options;
  if (authMethod !== undefined && !IMAP_AUTH_METHODS.includes(authMethod)) {
    const message = `authMethod must be one of ${IMAP_AUTH_METHODS.join(", ")}`;
    throw new MailError(message, { code: "invalid-argument", protocol: "imap" });
  }
  const pool = options.pool instanceof ImapPool ? undefined : options.pool;
  return {
    server: resolveServer(options.server, PORTS, "imap"),
    retry: resolveRetry(RETRY, options.retry, "imap"),
    poolLimits: resolvePoolLimits(pool),
    timeouts: resolveImapTimeouts(options.timeouts),
    limits: resolveImapLimits(options.limits),
  };
}

/** The account that a client's options name. */
export function toImapAccount(options: ImapClientOptions): ImapAccount {
  const resolved = resolveImapOptions(options);
  const { credentials, hostPolicy, logger = silentLogger, transcript, authMethod } = options;
  return {
    options: resolved,
    key: accountKey(resolved.server, credentials, hostPolicy),
    resolver: credentials === undefined ? undefined : new CredentialsResolver(credentials),
    hostPolicy,
    logger: guardLogger(logger),
    transcript: guardTranscript(transcript),
    authMethod,
    clientInfo: options.clientInfo ?? { name: "mailwright" },
    compress: options.compress ?? false,
  };
}
