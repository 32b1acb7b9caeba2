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
  /**
   * Connections that the key may have just now: `maxPerKey`, or less once the server said "too many". For a whole
   * pool the sum over its keys, which `maxTotal` may keep them from having at once.
   */
  readonly effectiveCap: number;
}

/** Adds up the figures of several keys. */
export function sumPoolStats(all: Iterable<PoolStats>): PoolStats {
  const sum = {
    open: 0,
    opening: 0,
    closing: 0,
    idle: 0,
    leased: 0,
    waiting: 0,
    created: 0,
    reused: 0,
    closed: 0,
    failed: 0,
    effectiveCap: 0,
  };
  for (const stats of all) {
    sum.open += stats.open;
    sum.opening += stats.opening;
    sum.closing += stats.closing;
    sum.idle += stats.idle;
    sum.leased += stats.leased;
    sum.waiting += stats.waiting;
    sum.created += stats.created;
    sum.reused += stats.reused;
    sum.closed += stats.closed;
    sum.failed += stats.failed;
    sum.effectiveCap += stats.effectiveCap;
  }
  return sum;
}
