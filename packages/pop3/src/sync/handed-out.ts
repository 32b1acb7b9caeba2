import type { SyncEvent } from "@mailwright/core";
import { sharedUidlOf } from "./identify-messages.js";
import type { Pop3SyncMessage } from "./sync-options.js";

/** The messages that one run of a sync has told of, acknowledged or not: none is told of twice. */
export class HandedOut {
  readonly #ids = new Set<string>();
  readonly #shared = new Set<string>();

  add(event: SyncEvent<Pop3SyncMessage>): void {
    if (event.type === "added") this.#add(event.message.id);
    else if (event.type === "unfetchable") for (const id of event.ids) this.#add(String(id));
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /** Whether it was one of several messages with this UIDL. */
  isShared(uidl: string): boolean {
    return this.#shared.has(uidl);
  }

  #add(id: string): void {
    this.#ids.add(id);
    const shared = sharedUidlOf(id);
    if (shared !== undefined) this.#shared.add(shared);
  }
}
