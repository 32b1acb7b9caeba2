import type { Grant } from "../../db/schema/outbox.js";

/** So many in so much time. */
export interface Rate {
  readonly limit: number;
  readonly intervalMs: number;
}

/** What asking came to: what is still counted of what was sent, or when to ask again. */
export type Asked = { readonly sent: readonly Grant[] } | { readonly readyAt: number };

/** What was sent within such a part of the interval is kept as one, so that a row stays short. */
const GRAIN = 50;
/** A provider may count a moment after it has answered, and clocks are set now and then. */
const SLACK_MS = 1_000;
/** What is under way ends soon; when, nobody knows. */
const ASK_AGAIN_MS = 1_000;

/**
 * Asks for so many under a rate, beside those that were `sent` and those that are `underWay`. A message reaches its server at some moment
 * between its grant and the end of its attempt, so it counts from the one until an interval after the other: then no interval, wherever the
 * server begins it, sees more than the limit, however long a message was under way. One who asks for more at once than is ever
 * allowed waits until nothing else counts.
 */
export function askRate(
  rate: Rate,
  { sent, underWay }: { readonly sent: readonly Grant[]; readonly underWay: number },
  count: number,
  now: number,
): Asked {
  const counted = stillCounted(rate, sent, now);
  const taken = underWay + counted.reduce((sum, [, , each]) => sum + each, 0);
  if (taken === 0 || taken + count <= rate.limit) return { sent: counted };
  const [oldest] = counted;
  return { readyAt: oldest === undefined ? now + ASK_AGAIN_MS : overAt(rate, oldest) };
}

/** What counts still at a moment, oldest first; neighbours are joined, and count until the last of them is over. */
function stillCounted(rate: Rate, sent: readonly Grant[], now: number): readonly Grant[] {
  const counted = sent.filter((grant) => overAt(rate, grant) > now).sort(([, one], [, other]) => one - other);
  const joined: Grant[] = [];
  for (const [from, until, count] of counted) {
    const last = joined.at(-1);
    if (last !== undefined && until - last[0] < rate.intervalMs / GRAIN)
      joined[joined.length - 1] = [last[0], until, last[2] + count];
    else joined.push([from, until, count]);
  }
  return joined;
}

function overAt({ intervalMs }: Rate, [, until]: Grant): number {
  return until + intervalMs + SLACK_MS;
}
