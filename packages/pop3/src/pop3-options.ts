import type { ClientOptions, PoolLimits } from "@mailwright/core";
import type { Pop3Pool } from "./connection/pop3-pool.js";
import type { Pop3AuthMethod, Pop3Limits, Pop3Timeouts } from "./pop3-limits.js";

/** What a `Pop3Client` takes. */
export interface Pop3ClientOptions extends ClientOptions {
  /**
   * Pins the way to log in. Without it: the strongest that the server offers, tried once; `LOGIN` and
   * `USER` only if it offers nothing better, `CRAM-MD5` and `APOP` never.
   */
  readonly authMethod?: Pop3AuthMethod | undefined;
  /**
   * UTF-8 mode (RFC 6856), without which some servers rewrite messages with Unicode in their headers. `true` fails
   * with `"unsupported"` where it is not offered, `false` does without. @defaultValue undefined: where it is offered
   */
  readonly utf8?: boolean | undefined;
  /** Asks for answers in this language before login (RFC 6856): `"de"`. */
  readonly language?: string | undefined;
  /** Limits of the client's own pool, or one made by `createPop3Pool()` to share. */
  readonly pool?: PoolLimits | Pop3Pool | undefined;
  readonly timeouts?: Pop3Timeouts | undefined;
  readonly limits?: Pop3Limits | undefined;
}

/** The names of the options that are POP3's own. */
export const POP3_OPTIONS: Readonly<Record<Exclude<keyof Pop3ClientOptions, keyof ClientOptions>, true>> = {
  authMethod: true,
  utf8: true,
  language: true,
  pool: true,
  timeouts: true,
  limits: true,
};
