import type { DeliveryStatus, PoolStats } from "@mailwright/core";

/** Figures of a client: its connections, its queue, and what became of its messages since the start. */
export interface SmtpStats extends PoolStats {
  /** Messages that wait for their turn. */
  readonly queued: number;
  /** Messages that were given to `send` and have no result yet, the queued ones included. */
  readonly inFlight: number;
  readonly messages: Readonly<Record<DeliveryStatus, number>>;
}

/** A count of zero for each status. */
export function emptyOutcomes(): Record<DeliveryStatus, number> {
  return { accepted: 0, partial: 0, rejected: 0, deferred: 0, invalid: 0, "not-sent": 0, unknown: 0 };
}
