import type { DeliveryResult } from "@mailwright/core";

/** Finished sends whose keys are remembered. */
const MAX_REMEMBERED = 1_000;

/** The sends that were given an idempotency key: one key, one message. */
export class Idempotency {
  readonly #byKey = new Map<string, Promise<DeliveryResult>>();

  /** What the send of this key comes to: the one that is known, or else the one that `send` begins. */
  async once(key: string, send: () => Promise<DeliveryResult>): Promise<DeliveryResult> {
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const sending = send();
    this.#byKey.set(key, sending);
    const result = await sending;
    if (result.retryable || result.status === "invalid") this.#byKey.delete(key);
    const [oldest] = this.#byKey.keys();
    if (this.#byKey.size > MAX_REMEMBERED && oldest !== undefined) this.#byKey.delete(oldest);
    return result;
  }
}
