import type { HandedOutIds } from "@mailwright/core/internal";
import { sharedUidlOf } from "./identify-messages.js";

/** The messages that one run of a sync has told of, acknowledged or not: none is told of twice. */
export class HandedOut implements HandedOutIds<string> {
  readonly #ids = new Set<string>();
  readonly #shared = new Set<string>();

  add(id: string): void {
    this.#ids.add(id);
    const shared = sharedUidlOf(id);
    if (shared !== undefined) this.#shared.add(shared);
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /** Whether it was one of several messages with this UIDL. */
  isShared(uidl: string): boolean {
    return this.#shared.has(uidl);
  }
}
