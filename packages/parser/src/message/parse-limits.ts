import { type LimitRules, resolveLimits } from "@mailwright/core/internal";

/**
 * Bounds on what one message may cost. Past a bound the message comes back with what was read so far, `isTruncated`
 * set and a defect that names the bound; nothing is thrown.
 */
export interface ParseLimits {
  /**
   * Bytes of the message that are looked at.
   *
   * @defaultValue 52 428 800 (50 MiB)
   */
  readonly maxBytes: number;
  /**
   * Header bytes over all parts of the message.
   *
   * @defaultValue 1 048 576 (1 MiB)
   */
  readonly maxHeaderBytes: number;
  /**
   * Header lines over all parts of the message.
   *
   * @defaultValue 20 000
   */
  readonly maxHeaderLines: number;
  /**
   * MIME parts, multiparts included.
   *
   * @defaultValue 1 000
   */
  readonly maxParts: number;
  /**
   * Levels of nested multiparts; also how often {@link Attachment.message} may be nested.
   *
   * @defaultValue 100
   */
  readonly maxDepth: number;
  /**
   * Addresses and groups of them in one header field.
   *
   * @defaultValue 10 000
   */
  readonly maxAddresses: number;
  /**
   * Wall-clock time for finding the structure: the last resort, since the other limits are met long before. Decoding
   * takes linear time and is bounded by `maxBytes`.
   *
   * @defaultValue 1 000
   */
  readonly timeBudgetMs: number;
}

/** What holds for the limits of all readers of messages. */
export const LIMIT_RULES: LimitRules<never> = {
  option: "limits",
  protocol: "mime",
  least: 0,
  unbounded: "all",
};

const DEFAULT_LIMITS: ParseLimits = {
  maxBytes: 50 * 1024 * 1024,
  maxHeaderBytes: 1024 * 1024,
  maxHeaderLines: 20_000,
  maxParts: 1_000,
  maxDepth: 100,
  maxAddresses: 10_000,
  timeBudgetMs: 1_000,
};

/**
 * Fills what the caller left open with the defaults. Throws a `MailError` with `invalid-argument` for a limit that is not
 * known, or no number from 0 up: it would switch off what it stands for.
 */
export function resolveParseLimits(limits: Partial<ParseLimits> | undefined): ParseLimits {
  return limits === undefined ? DEFAULT_LIMITS : resolveLimits(DEFAULT_LIMITS, limits, LIMIT_RULES);
}
