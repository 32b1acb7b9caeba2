import type { SyncBatch, SyncCursor, SyncEvent, SyncId, SyncResetReason } from "./sync.js";

/** What a caller has acknowledged, in the form of one protocol. */
export interface SyncStateLike<State> {
  /** Messages that the caller has. */
  readonly size: number;
  copy(): State;
  toCursor(): SyncCursor;
}

/** The messages that a run has told of, acknowledged or not: none is told of twice. */
export interface HandedOutIds<Id extends SyncId> {
  add(id: Id): unknown;
}

/** What the batches of a run are made with. */
export interface SyncBatchesOptions<Id extends SyncId, State> {
  readonly state: State;
  readonly handedOut: HandedOutIds<Id>;
  /** Why the run begins anew; every batch says it until one is acknowledged. */
  readonly resetReason?: SyncResetReason | undefined;
}

/**
 * Makes the batches of one run of a sync. The state moves past a batch when that is acknowledged, in whatever order
 * that happens; one that is not acknowledged is in no later cursor, and so comes again in the next run.
 */
export class SyncBatches<Message, Id extends SyncId, State extends SyncStateLike<State>> {
  readonly #state: State;
  readonly #handedOut: HandedOutIds<Id>;
  #resetReason: SyncResetReason | undefined;
  #isResetTold = false;

  constructor({ state, handedOut, resetReason }: SyncBatchesOptions<Id, State>) {
    this.#state = state;
    this.#handedOut = handedOut;
    this.#resetReason = resetReason;
  }

  /** Whether the caller does not know yet that what it has is void. */
  get hasUntoldReset(): boolean {
    return this.#resetReason !== undefined && !this.#isResetTold;
  }

  /** A batch whose acknowledgement does `apply` to the state. */
  next(
    changes: readonly SyncEvent<Message, Id>[],
    total: number,
    apply: (state: State) => void,
  ): SyncBatch<Message, Id> {
    const reason = this.#resetReason;
    this.#isResetTold = true;
    for (const event of changes) this.#hand(event);
    const state = this.#state;
    let isAcknowledged = false;
    const after = (): State => {
      const copy = state.copy();
      if (!isAcknowledged) apply(copy);
      return copy;
    };
    return {
      events: reason === undefined ? changes : [{ type: "reset", reason }, ...changes],
      get cursor() {
        return after().toCursor();
      },
      get progress() {
        const done = after().size;
        return { done, total: Math.max(done, total) };
      },
      acknowledge: async () => {
        if (isAcknowledged) return;
        isAcknowledged = true;
        this.#resetReason = undefined;
        apply(state);
      },
    };
  }

  #hand(event: SyncEvent<Message, Id>): void {
    if (event.type === "added") this.#handedOut.add(event.id);
    else if (event.type === "unfetchable") for (const id of event.ids) this.#handedOut.add(id);
  }
}
