import { LinkedNode } from "../../linked-list.js";
import type { PoolKey } from "../contract/pool-key.js";
import type { KeyState } from "./key-state.js";

/** A connection as its pool sees it. */
export class PooledConnection<C, K extends PoolKey> {
  readonly connection: C;
  readonly connectionId: string;
  readonly lane: KeyState<C, K>;
  /** On the pool's clock; not lent again after it. */
  readonly expiresAt: number;
  /** The lane's generation when it was opened; `clear()` starts a new one. */
  readonly generation: number;
  /** Where it stands among the idle or the lent connections. */
  readonly place: LinkedNode<PooledConnection<C, K>> = new LinkedNode<PooledConnection<C, K>>(this);
  isClosed = false;
  isBroken = false;
  uses = 0;
  /** When it was last given back. */
  idleSince: number;
  /** When it was last known to work: given back, or checked. */
  soundAt: number;
  cancelWarning: (() => void) | undefined;

  constructor(
    lane: KeyState<C, K>,
    opened: { readonly connection: C; readonly connectionId: string; readonly generation: number },
    time: { readonly now: number; readonly expiresAt: number },
  ) {
    this.lane = lane;
    this.connection = opened.connection;
    this.connectionId = opened.connectionId;
    this.generation = opened.generation;
    this.expiresAt = time.expiresAt;
    this.idleSince = time.now;
    this.soundAt = time.now;
  }

  /** Whether it broke, is too old, or was cleared away: it must not be lent again. */
  isSpent(now: number): boolean {
    return this.isBroken || this.expiresAt <= now || this.generation !== this.lane.generation;
  }
}
