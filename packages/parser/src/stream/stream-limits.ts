import { resolveLimits } from "@mailwright/core/internal";
import { LIMIT_RULES } from "../message/parse-limits.js";

/** Bounds on a message that is streamed; past them the rest is skipped and a defect says so. */
export interface StreamLimits {
  /**
   * Bytes of the message.
   *
   * @defaultValue 1 073 741 824 (1 GiB)
   */
  readonly maxBytes: number;
  /**
   * Bytes of the message outside attachments: header, bodies, structure. These are held in memory.
   *
   * @defaultValue 20 971 520 (20 MiB)
   */
  readonly maxTextBytes: number;
  /**
   * Addresses in one header field.
   *
   * @defaultValue 10 000
   */
  readonly maxAddresses: number;
}

const DEFAULT_LIMITS: StreamLimits = {
  maxBytes: 1024 * 1024 * 1024,
  maxTextBytes: 20 * 1024 * 1024,
  maxAddresses: 10_000,
};

/** Fills what the caller left open with the defaults, and refuses what `resolveParseLimits` refuses. */
export function resolveStreamLimits(limits: Partial<StreamLimits> | undefined): StreamLimits {
  return limits === undefined ? DEFAULT_LIMITS : resolveLimits(DEFAULT_LIMITS, limits, LIMIT_RULES);
}
