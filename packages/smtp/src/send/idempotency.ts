import type { DeliveryResult } from "@mailwright/core";

/** Finished sends whose keys are remembered. */
const MAX_REMEMBERED = 1_000;

/** One send, as whoever has its key needs it. */
export interface KeyedSend {
  readonly begin: () => Promise<DeliveryResult>;
  /** Waits for the send of somebody else, as long as this one's caller has patience. */
  readonly join: (other: Promise<DeliveryResult>) => Promise<DeliveryResult>;
  /** Whether its own caller or clock has ended it, which says nothing of the others. */
  readonly isCutShort: () => boolean;
}

/** The sends that were given an idempotency key: one key, one message. */
export class Idempotency {
  /** Never forgotten before they end, however many there are. */
  readonly #underWay = new Map<
    string,
    { readonly send: KeyedSend; readonly result: Promise<DeliveryResult> }
  >();
  readonly #finished = new Map<string, DeliveryResult>();

  /**
   * What the send of this key comes to: the one that is known, or else this one. When the one that it waits for was
   * cut short before anything was sent, this one begins in its place.
   */
  async once(key: string, send: KeyedSend): Promise<DeliveryResult> {
    for (;;) {
      const finished = this.#finished.get(key);
      if (finished !== undefined) return finished;
      const other = this.#underWay.get(key);
      if (other === undefined) return this.#begin(key, send);
      const result = await send.join(other.result);
      if (!result.retryable || !other.send.isCutShort() || send.isCutShort()) return result;
    }
  }

  async #begin(key: string, send: KeyedSend): Promise<DeliveryResult> {
    const sending = send.begin();
    this.#underWay.set(key, { send, result: sending });
    try {
      const result = await sending;
      if (!result.retryable && result.status !== "invalid") this.#remember(key, result);
      return result;
    } finally {
      this.#underWay.delete(key);
    }
  }

  #remember(key: string, result: DeliveryResult): void {
    this.#finished.set(key, result);
    const [oldest] = this.#finished.keys();
    if (this.#finished.size > MAX_REMEMBERED && oldest !== undefined) this.#finished.delete(oldest);
  }
}
