import { liveView } from "./live-view.js";

/** A server whose behaviour can be changed while it runs. */
export interface Configurable<T extends object> {
  /** Replaces what is given from the next command on; what is `undefined` goes back to the default. */
  configure(changes: T): void;
}

/** Options of which a part changes while a server runs, and goes back to what it was. */
export class LiveOptions<T extends object> {
  /** Always what holds now. */
  readonly view: T;
  readonly #initial: T;
  readonly #changeable: readonly string[];
  readonly #check: (options: T) => void;
  #current: T;

  /** `check` throws for options that there are not, of the initial ones and of every change. */
  constructor(initial: T, changeable: readonly string[], check: (options: T) => void) {
    check(initial);
    this.#check = check;
    this.#initial = initial;
    this.#current = initial;
    this.#changeable = changeable;
    this.view = liveView(() => this.#current);
  }

  /** Throws a `TypeError` for what cannot change. */
  configure(changes: Partial<T>): void {
    for (const name of Object.keys(changes)) {
      if (this.#changeable.includes(name)) continue;
      throw new TypeError(
        `Can't be changed while the server runs: ${name}; only ${this.#changeable.join(", ")}`,
      );
    }
    const changed = { ...this.#current, ...changes };
    this.#check(changed);
    this.#current = changed;
  }

  restore(): void {
    this.#current = this.#initial;
  }
}
