/** A connection as its pool sees it. */
export interface PoolEntry<C> {
  readonly connection: C;
  readonly connectionId: string;
  /** On the pool's clock; not lent again after it. */
  readonly expiresAt: number;
  uses: number;
  idleSince: number;
  state: "idle" | "leased" | "checking" | "closed";
  isBroken: boolean;
  cancelIdleTimer: () => void;
}
