import type { Lease } from "../contract/lease.js";
import type { PoolKey } from "../contract/pool-key.js";
import type { PooledConnection } from "../state/key-state.js";

/** Takes connections back. */
export interface LeaseTaker<C, K extends PoolKey> {
  takeBack(entry: PooledConnection<C, K>): Promise<void>;
  releasedAgain(entry: PooledConnection<C, K>): void;
}

/** The loan of one connection. What is done with it after its return does not touch the next holder. */
export class PoolLease<C, K extends PoolKey> implements Lease<C> {
  readonly connection: C;
  readonly connectionId: string;
  readonly isReused: boolean;
  readonly #entry: PooledConnection<C, K>;
  readonly #taker: LeaseTaker<C, K>;
  #isReleased = false;

  constructor(entry: PooledConnection<C, K>, taker: LeaseTaker<C, K>) {
    this.connection = entry.connection;
    this.connectionId = entry.connectionId;
    this.isReused = entry.uses > 1;
    this.#entry = entry;
    this.#taker = taker;
  }

  markBroken(): void {
    if (!this.#isReleased) this.#entry.isBroken = true;
  }

  release(): Promise<void> {
    if (this.#isReleased) {
      this.#taker.releasedAgain(this.#entry);
      return Promise.resolve();
    }
    this.#isReleased = true;
    return this.#taker.takeBack(this.#entry);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.release();
  }
}
