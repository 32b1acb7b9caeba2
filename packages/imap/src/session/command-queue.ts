import type { WireResponse } from "../wire/wire-node.js";
import type { PendingCommand } from "./pending-command.js";

/** So many commands may be under way together: servers read a few ahead, and a caller's deadline holds for all of them. */
const MAX_UNDER_WAY = 8;

/**
 * The commands of one connection: those that wait for their turn, and those that were sent and have no tagged response yet.
 *
 * A command is sent alone, unless it says that it may overlap with its like (RFC 9051 §5.5): those are sent without
 * waiting for each other, and each untagged response goes to the first of them that takes it.
 */
export class CommandQueue {
  readonly #waiting: PendingCommand[] = [];
  #underWay: PendingCommand[] = [];

  get isEmpty(): boolean {
    return this.#waiting.length === 0 && this.#underWay.length === 0;
  }

  /** The one that a server which takes commands in turn is answering. */
  get oldest(): PendingCommand | undefined {
    return this.#underWay[0];
  }

  push(command: PendingCommand): void {
    this.#waiting.push(command);
  }

  /** The next command that may be sent now; it counts as under way from then on. */
  next(): PendingCommand | undefined {
    const [candidate] = this.#waiting;
    if (candidate === undefined || !this.#maySend(candidate)) return undefined;
    this.#waiting.shift();
    this.#underWay.push(candidate);
    return candidate;
  }

  /** Hands an untagged response to whom it is for; `false` when no command takes it. */
  take(name: string, response: WireResponse): boolean {
    return this.#underWay.some((command) => command.takes(name, response));
  }

  /** Takes the command of a tagged response out; `undefined` for a tag that answers none. */
  complete(tag: string | undefined): PendingCommand | undefined {
    const found = this.#underWay.find((command) => command.tag === tag);
    if (found !== undefined) this.#underWay = this.#underWay.filter((command) => command !== found);
    return found;
  }

  /** Takes all of them out, in the order in which they came. */
  clear(): PendingCommand[] {
    const all = [...this.#underWay, ...this.#waiting.splice(0)];
    this.#underWay = [];
    return all;
  }

  #maySend(candidate: PendingCommand): boolean {
    if (this.#underWay.length === 0) return true;
    if (this.#underWay.length >= MAX_UNDER_WAY || !candidate.isWhole) return false;
    return (
      candidate.overlap !== undefined && this.#underWay.every(({ overlap }) => overlap === candidate.overlap)
    );
  }
}
