import type { ImapSession } from "../session/imap-session.js";
import { parseVanished } from "../wire/answers/vanished.js";
import { countUids } from "../wire/uid-set.js";
import type { WireResponse } from "../wire/wire-node.js";

/** Counts the messages of the open mailbox that the server tells to be gone, whoever has removed them. */
export class RemovalCount {
  #count = 0;
  readonly #stop: () => void;

  constructor(session: ImapSession) {
    this.#stop = session.events.onUnsolicited((name, response) => this.#take(name, response));
  }

  get count(): number {
    return this.#count;
  }

  stop(): void {
    this.#stop();
  }

  #take(name: string, response: WireResponse): void {
    if (name === "EXPUNGE") this.#count += 1;
    if (name === "VANISHED") this.#count += countUids(parseVanished(response).ranges);
  }
}
