import { createHash } from "node:crypto";

const KEY_CHARS = 8;

/** A short digest, for comparison with others of its kind alone. */
export function toKey(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, KEY_CHARS);
}

/** So many of the lowest UIDs and so many of the highest. */
export interface KeptEnds {
  readonly lowest: number;
  readonly highest: number;
}

/** What some messages of a folder are recognised by; of many, those at the ends are kept. */
export class MessageKeys {
  readonly #kept: KeptEnds;
  readonly #keys: Map<number, string>;

  constructor(kept: KeptEnds, keys: Iterable<readonly [uid: number, key: string]> = []) {
    this.#kept = kept;
    this.#keys = new Map(keys);
  }

  get(uid: number): string | undefined {
    return this.#keys.get(uid);
  }

  add(keys: Iterable<readonly [uid: number, key: string]>): void {
    for (const [uid, key] of keys) this.#keys.set(uid, key);
    const { lowest, highest } = this.#kept;
    if (this.#keys.size <= lowest + highest) return;
    const uids = [...this.#keys.keys()].sort((a, b) => a - b);
    for (const uid of uids.slice(lowest, uids.length - highest)) this.#keys.delete(uid);
  }

  forget(uids: Iterable<number>): void {
    for (const uid of uids) this.#keys.delete(uid);
  }

  copy(): MessageKeys {
    return new MessageKeys(this.#kept, this.#keys);
  }

  toJson(): [uid: number, key: string][] {
    return [...this.#keys];
  }
}
