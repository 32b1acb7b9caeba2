import { splitLines } from "../wire/parse-listing.js";
import { NO_CAPABILITIES, type Pop3Capabilities, parseCapabilities } from "../wire/pop3-capabilities.js";
import { createCommand } from "../wire/pop3-command.js";
import { type ExchangeOptions, exchange } from "./exchange.js";
import type { Pop3Account } from "./pop3-account.js";
import type { Pop3Wire } from "./pop3-wire.js";

/** Asks a server by `CAPA` what it can do, and knows what it said last. */
export class AskedCapabilities {
  readonly #wire: Pop3Wire;
  readonly #bounds: ExchangeOptions;
  #known: Pop3Capabilities = NO_CAPABILITIES;
  #asked: Promise<Pop3Capabilities> = Promise.resolve(NO_CAPABILITIES);

  constructor(wire: Pop3Wire, { timeouts, limits }: Pick<Pop3Account, "timeouts" | "limits">) {
    this.#wire = wire;
    this.#bounds = { limitMs: timeouts.commandMs, maxBytes: limits.maxListingBytes };
  }

  /** As of the last answer. */
  get known(): Pop3Capabilities {
    return this.#known;
  }

  /** Goes by what the server said on an earlier connection. */
  believe(capabilities: Pop3Capabilities): void {
    this.#known = capabilities;
  }

  /** Asks and waits for the answer; a server that does not know `CAPA` can do nothing beyond RFC 1939. */
  ask(): Promise<Pop3Capabilities> {
    this.#asked = this.#ask(this.#bounds);
    return this.#asked;
  }

  /**
   * Asks after login. A server that announced `PIPELINING` before is asked in one flight with the session's first
   * command: that announcement holds after login too, as most do (RFC 2449 §6).
   */
  async askAgain(): Promise<void> {
    const { requests } = this.#wire;
    requests.canPipeline = this.#known.hasPipelining;
    const isAhead = requests.canPipeline;
    this.#asked = this.#ask({ ...this.#bounds, isAhead }).then((capabilities) => {
      requests.canPipeline = capabilities.hasPipelining;
      return capabilities;
    });
    if (!isAhead) await this.#asked;
    // A connection that breaks tells whoever uses it.
    else this.#asked.catch(() => {});
  }

  /** The answer to all that was asked; asks at once where that waits for a command. */
  latest(): Promise<Pop3Capabilities> {
    this.#wire.sendAhead();
    return this.#asked;
  }

  async #ask(options: ExchangeOptions): Promise<Pop3Capabilities> {
    const capa = createCommand("CAPA", [], { isMultiline: true, phase: "capability" });
    const { status, body } = await exchange(this.#wire, capa, options);
    this.#known = status.kind === "ok" ? parseCapabilities(splitLines(body)) : NO_CAPABILITIES;
    return this.#known;
  }
}
