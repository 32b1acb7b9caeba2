import type { WireResponse } from "../wire/wire-node.js";

/**
 * Hears untagged EXISTS, EXPUNGE, VANISHED and FETCH, and what NOTIFY brings: STATUS and LIST of other mailboxes, and an
 * OK with the code NOTIFICATIONOVERFLOW when nothing more will come (RFC 5465 §5.8).
 */
export type UnsolicitedListener = (name: string, response: WireResponse) => void;

/** Who wants to hear of what happens to a session. Every `on…` answers with what takes the listener off again. */
export class SessionEvents {
  // Made when somebody listens: most sessions have one listener at most.
  #closed: Set<() => void> | undefined;
  #state: Set<() => void> | undefined;
  #unsolicited: Set<UnsolicitedListener> | undefined;

  onClosed(listener: () => void): () => void {
    this.#closed ??= new Set();
    return register(this.#closed, listener);
  }

  onState(listener: () => void): () => void {
    this.#state ??= new Set();
    return register(this.#state, listener);
  }

  onUnsolicited(listener: UnsolicitedListener): () => void {
    this.#unsolicited ??= new Set();
    return register(this.#unsolicited, listener);
  }

  stateChanged(): void {
    for (const listener of this.#state ?? []) listener();
  }

  unsolicited(name: string, response: WireResponse): void {
    for (const listener of this.#unsolicited ?? []) listener(name, response);
  }

  /** The last event; nobody is told anything after it. */
  closed(): void {
    this.stateChanged();
    const listeners = [...(this.#closed ?? [])];
    for (const set of [this.#closed, this.#state, this.#unsolicited]) set?.clear();
    for (const listener of listeners) listener();
  }
}

function register<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
