/** How much of an account is read at a stretch. */
export interface SliceBounds {
  readonly messages: number;
  readonly ms: number;
}

const DEFAULT_BOUNDS: SliceBounds = { messages: 2_000, ms: 60_000 };

/** What a slice of a pass may still read: at least one batch, whatever the bounds, or a pass would never end. */
export class SliceBudget {
  readonly #endsAt: number;
  #messagesLeft: number;
  #hasRead = false;

  constructor({ messages, ms }: SliceBounds = DEFAULT_BOUNDS) {
    this.#messagesLeft = messages;
    this.#endsAt = performance.now() + ms;
  }

  /** How many messages it still has room for. */
  get messagesLeft(): number {
    return Math.max(1, this.#messagesLeft);
  }

  get isSpent(): boolean {
    return this.#hasRead && (this.#messagesLeft <= 0 || performance.now() >= this.#endsAt);
  }

  /** Lets one batch more be read: the inbox alone must not use every slice up. */
  allowBatch(): void {
    this.#hasRead = false;
  }

  /** Notes what a batch brought. */
  spend(messages: number): void {
    this.#hasRead = true;
    this.#messagesLeft -= messages;
  }
}
