import {
  type ClientOptions,
  type CredentialsSource,
  fixedBackoff,
  type HostPolicy,
  type Logger,
  MailError,
  type PoolLimits,
  type RetryPolicy,
  silentLogger,
  type Transcript,
} from "@mailwright/core";
import {
  accountKey,
  CredentialsResolver,
  guardLogger,
  guardTranscript,
  OpeningKey,
  Redactor,
  type ResolvedServer,
  requireKnownNames,
  requireOptions,
  resolveRetry,
  resolveServer,
} from "@mailwright/core/internal";
import { Chunking } from "./connection/chunking.js";
import type { SmtpAccount, SmtpPoolKey } from "./connection/smtp-account.js";
import type { SmtpPool } from "./connection/smtp-pool.js";
import {
  type MessageLimits,
  type ResolvedMessageLimits,
  resolveMessageLimits,
} from "./message/message-limits.js";
import type { AddressInput, DkimOptions } from "./message/outgoing-message.js";
import type { DeliveryLedger } from "./send/delivery-ledger.js";
import {
  type ResolvedSmtpTimeouts,
  resolveSmtpTimeouts,
  type SmtpAuthMethod,
  type SmtpRateLimits,
  type SmtpTimeouts,
} from "./smtp-limits.js";
import { ProblemList } from "./validate/problem-list.js";
import { validateDkim } from "./validate/validate-shape.js";

/** How a client sends; only `server` has to be given. */
export interface SmtpClientOptions extends ClientOptions {
  /** Sender of messages that name none. */
  readonly from?: AddressInput | undefined;
  /** Limits of the client's own pool, or a pool to share between clients (`createSmtpPool`). */
  readonly pool?: PoolLimits | SmtpPool | undefined;
  readonly timeouts?: SmtpTimeouts | undefined;
  readonly limits?: MessageLimits | undefined;
  /** Rates to stay under, such as `{ messages: { limit: 30, intervalMs: 60_000 } }`. @defaultValue none */
  readonly rateLimits?: SmtpRateLimits | undefined;
  /** Signs every message that has no `dkim` of its own. */
  readonly dkim?: DkimOptions | undefined;
  /** Told before and after each attempt, so that sends survive a crash. */
  readonly ledger?: DeliveryLedger | undefined;
  /**
   * Pins the SASL mechanism. Without it: the strongest that the server offers, tried once; `CRAM-MD5` never.
   */
  readonly authMethod?: SmtpAuthMethod | undefined;
  /** What EHLO says this machine is called. @defaultValue its host name, or `[127.0.0.1]` */
  readonly clientName?: string | undefined;
  /** Speaks LMTP, RFC 2033: an answer per recipient. @defaultValue false */
  readonly lmtp?: boolean | undefined;
  /**
   * Hands messages over in one counted chunk (RFC 3030), with the envelope of the next one behind it: one round trip a
   * message in a queue. `"auto"` where it was proved (Postfix, Exim), `true` wherever the server announces it.
   * @defaultValue "auto"
   */
  readonly chunking?: "auto" | boolean | undefined;
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
  readonly authMethod: SmtpAuthMethod | undefined;
  readonly clientName: string | undefined;
  readonly lmtp: boolean;
  readonly chunking: "auto" | boolean;
  readonly timeouts: ResolvedSmtpTimeouts;
  readonly limits: ResolvedMessageLimits;
  readonly logger: Logger;
  readonly transcript: Transcript | undefined;
  readonly retry: RetryPolicy;
  readonly retryUnknown: boolean;
  readonly ledger: DeliveryLedger | undefined;
  readonly from: AddressInput | undefined;
  readonly dkim: DkimOptions | undefined;
  readonly rateLimits: SmtpRateLimits | undefined;
}

/** The names of the options that are SMTP's own. */
const SMTP_OPTIONS: Readonly<Record<Exclude<keyof SmtpClientOptions, keyof ClientOptions>, true>> = {
  from: true,
  pool: true,
  timeouts: true,
  limits: true,
  rateLimits: true,
  dkim: true,
  ledger: true,
  authMethod: true,
  clientName: true,
  lmtp: true,
  chunking: true,
  retryUnknown: true,
};
const RATE_LIMITS: readonly (keyof SmtpRateLimits)[] = ["messages", "recipients"];
const RETRY = { attempts: 4, backoff: fixedBackoff([1_000, 5_000, 30_000]) };
const PORTS = { tls: 465, starttls: 587, none: 25 };
const LMTP_PORTS = { tls: 24, starttls: 24, none: 24 };
const CLIENT_NAME = /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[A-Za-z0-9.:]+\])$/;

/** Fills in the defaults; throws `"invalid-argument"`. */
export function resolveSmtpOptions(options: SmtpClientOptions): ResolvedSmtpOptions {
  requireOptions(options, "smtp", SMTP_OPTIONS);
  if (options.rateLimits !== undefined)
    requireKnownNames(options.rateLimits, RATE_LIMITS, { option: "rateLimits", protocol: "smtp" });
  const { lmtp = false, chunking = "auto", clientName } = options;
  if (chunking !== "auto" && typeof chunking !== "boolean") {
    const details = { code: "invalid-argument", protocol: "smtp" } as const;
    throw new MailError('chunking is neither "auto" nor true nor false', details);
  }
  if (clientName !== undefined && !CLIENT_NAME.test(clientName)) {
    throw new MailError("clientName is no host name or address literal", {
      code: "invalid-argument",
      protocol: "smtp",
    });
  }
  const dkimProblems = new ProblemList();
  validateDkim(options.dkim, dkimProblems);
  const [flaw] = dkimProblems.problems;
  if (flaw !== undefined) throw new MailError(flaw.message, { code: "invalid-argument", protocol: "smtp" });
  return {
    server: resolveServer(options.server, lmtp ? LMTP_PORTS : PORTS, "smtp"),
    credentials: options.credentials,
    hostPolicy: options.hostPolicy,
    authMethod: options.authMethod,
    clientName,
    lmtp,
    chunking,
    timeouts: resolveSmtpTimeouts(options.timeouts),
    limits: resolveMessageLimits(options.limits),
    logger: guardLogger(options.logger ?? silentLogger),
    transcript: options.transcript,
    retry: resolveRetry(RETRY, options.retry, "smtp"),
    retryUnknown: options.retryUnknown ?? false,
    ledger: options.ledger,
    from: options.from,
    dkim: options.dkim,
    rateLimits: options.rateLimits,
  };
}

/** The pool key of a client: equal for clients whose connections are interchangeable. */
export function smtpPoolKey(options: ResolvedSmtpOptions): SmtpPoolKey {
  const { server, credentials, hostPolicy, authMethod, clientName, lmtp } = options;
  const key = accountKey(server, credentials, hostPolicy);
  const redactor = new Redactor();
  if (credentials !== undefined && typeof credentials !== "function") redactor.addCredentials(credentials);
  const account: SmtpAccount = {
    server,
    credentials: credentials === undefined ? undefined : new CredentialsResolver(credentials),
    authMethod,
    clientName,
    lmtp,
    timeouts: options.timeouts,
    redactor,
    hostPolicy,
    logger: options.logger,
    transcript: guardTranscript(options.transcript),
    connections: 0,
    chunking: new Chunking(options.chunking, options.logger),
  };
  const { timeouts, transcript } = options;
  const { chunking } = options;
  const settings = { lmtp, authMethod, clientName, chunking, timeouts, transcript };
  return new OpeningKey(key, account, settings);
}
