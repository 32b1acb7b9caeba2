import type { PoolLimits, RateLimit, SaslMechanismName } from "@mailwright/core";
import { type GivenLimits, resolveLimits } from "@mailwright/core/internal";

/** How to log in. */
export type SmtpAuthMethod = SaslMechanismName;

/** Wall-clock limits in milliseconds; a server that sends a byte a second does not stretch them. */
export interface SmtpTimeouts {
  /** From the first packet to the end of the login. @defaultValue 30000 */
  readonly connectMs?: number | undefined;
  /** MAIL, RCPT and DATA together. @defaultValue 300000 */
  readonly envelopeMs?: number | undefined;
  /** How long the server may take nothing of the body: of each piece of 256 KB, however many there are. @defaultValue 180000 */
  readonly bodyMs?: number | undefined;
  /** From the final dot to its reply, RFC 5321 §4.5.3.2.6; a shorter one makes duplicates. @defaultValue 600000 */
  readonly dataEndMs?: number | undefined;
  /** How long the source of a content, such as an attachment's stream, may give nothing. @defaultValue 120000 */
  readonly sourceMs?: number | undefined;
}

/** {@link SmtpTimeouts} with every default filled in. */
export type ResolvedSmtpTimeouts = { readonly [Name in keyof SmtpTimeouts]-?: number };

/** How fast a client may send; retries count. */
export interface SmtpRateLimits {
  readonly messages?: RateLimit | undefined;
  readonly recipients?: RateLimit | undefined;
}

/** Defaults of the pool: five connections per server, each for an hour and 100 messages at most. */
export const SMTP_POOL_DEFAULTS: PoolLimits = { maxPerKey: 5, maxAgeMs: 3_600_000, maxUses: 100 };

const TIMEOUTS: ResolvedSmtpTimeouts = {
  connectMs: 30_000,
  envelopeMs: 300_000,
  bodyMs: 180_000,
  dataEndMs: 600_000,
  sourceMs: 120_000,
};

/** Fills in the defaults; `Infinity` stands for no limit. Throws `"invalid-argument"`. */
export function resolveSmtpTimeouts(given?: GivenLimits<ResolvedSmtpTimeouts>): ResolvedSmtpTimeouts {
  return resolveLimits(TIMEOUTS, given, { option: "timeouts", protocol: "smtp", unbounded: "all" });
}
