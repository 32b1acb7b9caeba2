import type { Credentials, CredentialsSource } from "./credentials.js";
import { isMailError } from "./mail-error.js";

/**
 * Asks a {@link CredentialsSource}; simultaneous refreshes of one account share one call.
 * Holds the secret in a private field and shows nothing of it.
 */
export class CredentialsResolver {
  readonly #source: CredentialsSource;
  #refreshing: Promise<Credentials> | undefined;

  constructor(source: CredentialsSource) {
    this.#source = source;
  }

  resolve(signal?: AbortSignal): Promise<Credentials> {
    return this.#refreshing ?? this.#ask(false, signal);
  }

  /**
   * Logs in; when the server refuses a token that a function gave, asks the function once more with
   * `refresh` and tries again with its answer, then fails. Passwords and fixed tokens are tried once.
   */
  async login<T>(attempt: (credentials: Credentials) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const credentials = await this.resolve(signal);
    try {
      return await attempt(credentials);
    } catch (error) {
      const mayRefresh = typeof this.#source === "function" && "accessToken" in credentials;
      if (!mayRefresh || !isMailError(error) || error.code !== "authentication") throw error;
      return attempt(await this.#refresh(signal));
    }
  }

  #refresh(signal?: AbortSignal): Promise<Credentials> {
    this.#refreshing ??= this.#ask(true, signal).finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #ask(refresh: boolean, signal?: AbortSignal): Promise<Credentials> {
    return typeof this.#source === "function" ? this.#source({ refresh, signal }) : this.#source;
  }
}
