/** Figures of a pool, or of one key in it. */
export interface PoolStats {
  /** Idle and lent connections; those being opened or closed are not counted. */
  readonly open: number;
  readonly opening: number;
  /** Being closed; they count against the limits until they are. */
  readonly closing: number;
  readonly idle: number;
  readonly leased: number;
  readonly waiting: number;
  /** Since the start: */
  readonly created: number;
  readonly reused: number;
  readonly closed: number;
  readonly failed: number;
  /** Connections that the key may have just now: `maxPerKey`, or less once the server said "too many". */
  readonly effectiveCap: number;
}

/** Adds up the figures of several keys. */
export function sumPoolStats(all: Iterable<PoolStats>): PoolStats {
  let [open, opening, closing, idle, leased, waiting] = [0, 0, 0, 0, 0, 0];
  let [created, reused, closed, failed, effectiveCap] = [0, 0, 0, 0, 0];
  for (const stats of all) {
    open += stats.open;
    opening += stats.opening;
    closing += stats.closing;
    idle += stats.idle;
    leased += stats.leased;
    waiting += stats.waiting;
    created += stats.created;
    reused += stats.reused;
    closed += stats.closed;
    failed += stats.failed;
    effectiveCap += stats.effectiveCap;
  }
  const now = { open, opening, closing, idle, leased, waiting };
  return { ...now, created, reused, closed, failed, effectiveCap };
}
