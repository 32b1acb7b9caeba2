/** Figures of a pool, or of one key in it. */
export interface PoolStats {
  /** Idle and lent connections; those being opened are not counted. */
  readonly open: number;
  readonly opening: number;
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
