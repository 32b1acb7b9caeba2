import {
  type ClientOptions,
  type ConnectionPool,
  type CredentialsSource,
  fixedBackoff,
  type HostPolicy,
  type Logger,
  MailError,
  type PoolLimits,
  type RateLimit,
  type ResolvedServer,
  RetryBudget,
  type RetryPolicy,
  requireOptions,
  resolveServer,
  silentLogger,
  type Transcript,
} from "@mailwright/core";
import type { SmtpPoolKey } from "./connection/smtp-account.js";
import type { SmtpSession } from "./connection/smtp-session.js";
import type { DkimOptions } from "./message/dkim-options.js";
import {
  type MessageLimits,
  type ResolvedMessageLimits,
  resolveMessageLimits,
} from "./message/message-limits.js";
import type { AddressInput } from "./message/outgoing-message.js";
import type { DeliveryLedger } from "./send/delivery-ledger.js";

/** SASL mechanisms that this package speaks. */
export type AuthMethod = "PLAIN" | "LOGIN" | "CRAM-MD5" | "XOAUTH2" | "OAUTHBEARER";

/** Wall-clock limits in milliseconds; a server that sends a byte a second does not stretch them. */
export interface SmtpTimeouts {
  /** From the first packet to the end of the login. @defaultValue 30000 */
  readonly connectMs?: number | undefined;
  /** MAIL, RCPT and DATA together. @defaultValue 300000 */
  readonly envelopeMs?: number | undefined;
  /** Handing over the body, plus one second for every 16 KB of it. @defaultValue 180000 */
  readonly bodyMs?: number | undefined;
  /** From the final dot to its reply, RFC 5321 §4.5.3.2.6; a shorter one makes duplicates. @defaultValue 600000 */
  readonly dataEndMs?: number | undefined;
}

/** {@link SmtpTimeouts} with every default filled in. */
export type ResolvedSmtpTimeouts = { readonly [Name in keyof SmtpTimeouts]-?: number };

/** How fast a client may send; retries count. */
export interface SmtpRateLimits {
  readonly messages?: RateLimit | undefined;
  readonly recipients?: RateLimit | undefined;
}

/** How a client sends; only `server` has to be given. */
export interface SmtpClientOptions extends ClientOptions {
  /** Sender of messages that name none. */
  readonly from?: AddressInput | undefined;
  /** Limits of the client's own pool, or a pool to share between clients (`createSmtpPool`). */
  readonly pool?: PoolLimits | ConnectionPool<SmtpSession, SmtpPoolKey> | undefined;
  readonly timeouts?: SmtpTimeouts | undefined;
  readonly limits?: MessageLimits | undefined;
  /** Rates to stay under, such as `{ messages: { limit: 30, intervalMs: 60_000 } }`. @defaultValue none */
  readonly rate?: SmtpRateLimits | undefined;
  /** Signs every message that has no `dkim` of its own. */
  readonly dkim?: DkimOptions | undefined;
  /** Told before and after each attempt, so that sends survive a crash. */
  readonly ledger?: DeliveryLedger | undefined;
  /** Pins the SASL mechanism. @defaultValue the first of PLAIN, LOGIN, CRAM-MD5 (tokens: XOAUTH2, OAUTHBEARER) offered */
  readonly authMethod?: AuthMethod | undefined;
  /** What EHLO says this machine is called. @defaultValue its host name, or `[127.0.0.1]` */
  readonly clientName?: string | undefined;
  /** Speaks LMTP, RFC 2033: an answer per recipient. @defaultValue false */
  readonly lmtp?: boolean | undefined;
  /**
   * Sends again when it is not known whether the message was taken: it may then arrive twice.
   * @defaultValue false
   */
  readonly retryUnknown?: boolean | undefined;
}

/** {@link SmtpClientOptions} checked, with every default filled in. */
export interface ResolvedSmtpOptions {
  readonly server: ResolvedServer;
  readonly credentials: CredentialsSource | undefined;
  readonly hostPolicy: HostPolicy | undefined;
  readonly authMethod: AuthMethod | undefined;
  readonly clientName: string | undefined;
  readonly lmtp: boolean;
  readonly timeouts: ResolvedSmtpTimeouts;
  readonly limits: ResolvedMessageLimits;
  readonly logger: Logger;
  readonly transcript: Transcript | undefined;
  readonly retry: RetryPolicy;
  readonly retryUnknown: boolean;
  readonly ledger: DeliveryLedger | undefined;
  readonly from: AddressInput | undefined;
  readonly dkim: DkimOptions | undefined;
  readonly rate: SmtpRateLimits | undefined;
}

const PORTS = { tls: 465, starttls: 587, none: 25 };
const LMTP_PORTS = { tls: 24, starttls: 24, none: 24 };
const CLIENT_NAME = /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[A-Za-z0-9.:]+\])$/;

/** Fills in the defaults; throws `"invalid-argument"`. */
export function resolveSmtpOptions(options: SmtpClientOptions): ResolvedSmtpOptions {
  requireOptions(options, "smtp");
  const { lmtp = false, clientName } = options;
  if (clientName !== undefined && !CLIENT_NAME.test(clientName)) {
    throw new MailError("clientName is no host name or address literal", {
      code: "invalid-argument",
      protocol: "smtp",
    });
  }
  return {
    server: resolveServer(options.server, lmtp ? LMTP_PORTS : PORTS, "smtp"),
    credentials: options.credentials,
    hostPolicy: options.hostPolicy,
    authMethod: options.authMethod,
    clientName,
    lmtp,
    timeouts: resolveTimeouts(options.timeouts),
    limits: resolveMessageLimits(options.limits),
    logger: options.logger ?? silentLogger,
    transcript: options.transcript,
    retry: {
      attempts: 4,
      backoff: fixedBackoff([1_000, 5_000, 30_000]),
      budget: new RetryBudget(),
      ...options.retry,
    },
    retryUnknown: options.retryUnknown ?? false,
    ledger: options.ledger,
    from: options.from,
    dkim: options.dkim,
    rate: options.rate,
  };
}

/** Defaults of the pool: five connections per server, each for an hour and 100 messages at most. */
export const SMTP_POOL_DEFAULTS: PoolLimits = { maxPerKey: 5, maxAgeMs: 3_600_000, maxUses: 100 };

function resolveTimeouts(timeouts: SmtpTimeouts = {}): ResolvedSmtpTimeouts {
  const { connectMs = 30_000, envelopeMs = 300_000, bodyMs = 180_000, dataEndMs = 600_000 } = timeouts;
  const resolved = { connectMs, envelopeMs, bodyMs, dataEndMs };
  for (const [name, value] of Object.entries(resolved)) {
    if (value > 0) continue;
    throw new MailError(`timeouts.${name} must be more than 0`, {
      code: "invalid-argument",
      protocol: "smtp",
    });
  }
  return resolved;
}
