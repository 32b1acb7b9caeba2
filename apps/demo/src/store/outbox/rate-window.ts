import type { Grant } from "../../db/schema/outbox.js";

/** So many in so much time. */
export interface Rate {
  readonly limit: number;
  readonly intervalMs: number;
}

/** What asking came to: what stands in the window now, or when to ask again. */
export type Asked = { readonly grants: readonly Grant[] } | { readonly readyAt: number };

/** Grants that lie within such a part of the interval are kept as one, so that a row stays short. */
const GRAIN = 50;

/**
 * Asks for so many under a rate. Within no interval, wherever it begins, are more granted than the limit says, but for one who asks for more
 * at once than it ever allows: such a one waits until nothing else is in the window.
 */
export function askRate(rate: Rate, grants: readonly Grant[], count: number, now: number): Asked {
  const counted = grants.filter(([, until]) => until + rate.intervalMs > now);
  const granted = counted.reduce((sum, [, , each]) => sum + each, 0);
  const [oldest] = counted;
  if (oldest !== undefined && granted + count > rate.limit) return { readyAt: oldest[1] + rate.intervalMs };
  const last = counted.at(-1);
  if (last === undefined || now - last[0] >= rate.intervalMs / GRAIN)
    return { grants: [...counted, [now, now, count]] };
  return { grants: [...counted.slice(0, -1), [last[0], Math.max(last[1], now), last[2] + count]] };
}
