/** How long a message waits behind another for the answer to that one's dot. */
const BEHIND_MS = 1_000;
/** QUIRK: a server that throws away what comes right behind a dot (against smuggling) answers none of it. */
const FIRST_ANSWER_MS = 3_000;

/** The turn of a message that may have begun behind the dot of another. */
export class OverlapTurn {
  #isBehind = false;
  #hasCome = false;
  #giveUp = (): void => {};
  #timer: NodeJS.Timeout | undefined;

  /** The message began behind the dot of another. */
  get isBehind(): boolean {
    return this.#isBehind;
  }

  /** It did, and the answer to that dot has come: what goes wrong now has to do with this message. */
  get isAtFault(): boolean {
    return this.#isBehind && this.#hasCome;
  }

  /** Begins to wait; `giveUp` is called when it takes too long. */
  begin(isBehind: boolean, giveUp: () => void): void {
    this.#isBehind = isBehind;
    this.#giveUp = giveUp;
    if (isBehind) this.#timer = setTimeout(giveUp, BEHIND_MS);
  }

  /** No reply is due any more to the message before; `isAnswered` when its last one has come. */
  come(isAnswered: boolean): void {
    clearTimeout(this.#timer);
    this.#hasCome = isAnswered;
    if (this.isAtFault) this.#timer = setTimeout(this.#giveUp, FIRST_ANSWER_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
