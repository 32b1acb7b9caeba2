import type { PoolLimits, RateLimit, ServerOptions } from "@mailwright/core";

/** What is known about the submission server of a provider, as of November 2026. */
export interface SmtpProvider {
  /** Such as `"gmail"`. */
  readonly id: string;
  readonly name: string;
  /** Domains of its own addresses; customers' domains are not among them. */
  readonly domains: readonly string[];
  readonly server: ServerOptions;
  /** Limits that keep a client out of trouble; for the client's `pool`. */
  readonly pool?: PoolLimits | undefined;
  /** For the client's `rateLimits`. */
  readonly rateLimits?: { readonly messages?: RateLimit; readonly recipients?: RateLimit } | undefined;
  /** Recipients that one message may have. */
  readonly maxRecipients?: number | undefined;
  /** What the provider takes as a password. */
  readonly login: readonly ("password" | "app-password" | "oauth" | "api-key")[];
  /**
   * The provider files what it sends in the Sent folder by itself: a copy of one's own would be a second
   * one. `undefined` where that depends on the account or is not known.
   */
  readonly savesSentCopy: boolean | undefined;
  /** Public pages that say where the server is and what its limits are. */
  readonly sources: readonly string[];
}
