import type { Logger } from "@mailwright/core";

/** Where a chunk is used: where it was proved, wherever it is announced, or nowhere. */
export type ChunkingMode = "auto" | boolean;

/** Servers on which BDAT with the next envelope behind it was proved, as their greetings name them. */
const PROVED = /\b(?:Postfix|Exim)\b/i;
const NEEDED = ["CHUNKING", "PIPELINING", "SIZE"] as const;

/** Whether messages to one server go in chunks (RFC 3030), and what was learned of that. */
export class Chunking {
  /** The server answered the last message soon after its end, so that nobody waits long behind another. */
  answersQuickly = true;
  readonly #mode: ChunkingMode;
  readonly #logger: Logger;
  #isOff = false;
  /** Chunks that the server takes long to answer. */
  #overdue = 0;

  constructor(mode: ChunkingMode, logger: Logger) {
    this.#mode = mode;
    this.#logger = logger;
  }

  /** Whether a message may go in a chunk over a connection that was opened with this greeting. */
  isUsable(extensions: ReadonlySet<string>, greeting: string): boolean {
    if (this.#mode === false || this.#isOff || this.#overdue > 0) return false;
    if (this.#mode === true) return extensions.has("CHUNKING");
    return PROVED.test(greeting) && NEEDED.every((name) => extensions.has(name));
  }

  /** No chunk goes to this server any more. */
  giveUp(reason: string): void {
    if (this.#isOff) return;
    this.#isOff = true;
    this.#logger.warn({ protocol: "smtp" }, `Messages go by DATA from now on: ${reason}`);
  }

  /** A chunk has no answer for long: meanwhile others go by DATA. Returns what ends that. */
  suspend(): () => void {
    this.#overdue += 1;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#overdue -= 1;
    };
  }
}
