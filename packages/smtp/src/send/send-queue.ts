import { MailError } from "@mailwright/core";
import { abortError, onAbort } from "@mailwright/core/internal";

interface Waiter {
  readonly start: (leave: () => void) => void;
  readonly refuse: (error: MailError) => void;
}

/** Lets a bounded number of sends work at a time, first come, first served; the line is bounded too. */
export class SendQueue {
  readonly #maxActive: number;
  readonly #maxWaiting: number;
  readonly #waiters = new Set<Waiter>();
  #active = 0;

  constructor(maxActive: number, maxWaiting: number) {
    this.#maxActive = maxActive;
    this.#maxWaiting = maxWaiting;
  }

  get waiting(): number {
    return this.#waiters.size;
  }

  /** Resolves with what ends the turn. Rejects with `"aborted"`, or with `"limit"` when the line is full. */
  enter(signal: AbortSignal): Promise<() => void> {
    if (this.#active < this.#maxActive) return Promise.resolve(this.#begin());
    if (this.#waiters.size >= this.#maxWaiting) return Promise.reject(queueFull(this.#maxWaiting));
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        start: (leave) => {
          stopListening();
          resolve(leave);
        },
        refuse: (error) => {
          stopListening();
          this.#waiters.delete(waiter);
          reject(error);
        },
      };
      this.#waiters.add(waiter);
      let stopListening = (): void => {};
      stopListening = onAbort(signal, () => waiter.refuse(abortError(signal, "smtp", "queue")));
    });
  }

  #begin(): () => void {
    this.#active += 1;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#active -= 1;
      const [next] = this.#waiters;
      if (next === undefined) return;
      this.#waiters.delete(next);
      next.start(this.#begin());
    };
  }
}

function queueFull(maxWaiting: number): MailError {
  const details = { code: "limit", protocol: "smtp", phase: "queue", retryable: true } as const;
  return new MailError(`${maxWaiting} messages wait to be sent already (limits.maxQueued)`, details);
}
