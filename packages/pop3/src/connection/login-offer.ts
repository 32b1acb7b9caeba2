import type { Credentials } from "@mailwright/core";
import { NO_CAPABILITIES, type Pop3Capabilities } from "../wire/pop3-capabilities.js";
import type { AskedCapabilities } from "./asked-capabilities.js";
import { isRefusal } from "./exchange.js";
import { type LogInOptions, logIn } from "./log-in.js";
import type { RememberedCapabilities } from "./remembered-capabilities.js";

/**
 * What a server offers to those who log in: as it said before an earlier login to the account, where that went well, or
 * as it says now.
 */
export class LoginOffer {
  readonly #asked: AskedCapabilities;
  readonly #memory: RememberedCapabilities | undefined;
  #capabilities = NO_CAPABILITIES;
  #askedAt = 0;
  #isRemembered = false;

  constructor(asked: AskedCapabilities, memory: RememberedCapabilities | undefined) {
    this.#asked = asked;
    this.#memory = memory;
  }

  get capabilities(): Pop3Capabilities {
    return this.#capabilities;
  }

  /** Remembers, or asks. */
  async read(): Promise<Pop3Capabilities> {
    const known = this.#memory?.take();
    if (known === undefined) return this.#ask();
    this.#isRemembered = true;
    this.#capabilities = known.capabilities;
    this.#askedAt = known.askedAt;
    this.#asked.believe(known.capabilities);
    return known.capabilities;
  }

  /**
   * Logs in. A refusal may be one of a mechanism that was offered once and is not any more: then it is the server's
   * present offer that counts.
   */
  async use(options: Omit<LogInOptions, "capabilities">, credentials: Credentials): Promise<void> {
    try {
      await logIn({ ...options, capabilities: this.#capabilities }, credentials);
    } catch (error) {
      if (!isRefusal(error) || error.retryable || !(await this.#hasChanged())) throw error;
      await logIn({ ...options, capabilities: this.#capabilities }, credentials);
    }
  }

  /** The session that began with this offer works: the next one may begin with it too. */
  keep(): void {
    this.#memory?.keep({ capabilities: this.#capabilities, askedAt: this.#askedAt });
  }

  async #ask(): Promise<Pop3Capabilities> {
    this.#capabilities = await this.#asked.ask();
    this.#askedAt = performance.now();
    return this.#capabilities;
  }

  /** Whether other mechanisms are offered than those that were remembered. Never rejects: the refusal says more. */
  async #hasChanged(): Promise<boolean> {
    if (!this.#isRemembered) return false;
    this.#isRemembered = false;
    const before = this.#capabilities.mechanisms;
    try {
      const { mechanisms } = await this.#ask();
      return mechanisms.join() !== before.join();
    } catch {
      return false;
    }
  }
}
