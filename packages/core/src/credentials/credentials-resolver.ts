import { isMailError, MailError } from "../errors/mail-error.js";
import { SingleFlight } from "../time/single-flight.js";
import type { Credentials, CredentialsProvider, CredentialsSource } from "./credentials.js";
import { isCredentials } from "./credentials.js";
import { Redactor } from "./redactor.js";

/** What is known about one provider, shared by all clients that were given the same function. */
interface ProviderState {
  readonly refresh: SingleFlight<Credentials>;
  /** Refreshes that succeeded, and what the last one gave. */
  refreshes: number;
  latest: Credentials | undefined;
}

const providers = new WeakMap<CredentialsProvider, ProviderState>();

/**
 * Asks a {@link CredentialsSource}; simultaneous refreshes by one function share one call, also
 * between clients. Holds secrets in private fields and shows nothing of them.
 */
export class CredentialsResolver {
  readonly #source: CredentialsSource;

  constructor(source: CredentialsSource) {
    this.#source = source;
  }

  /**
   * The credentials for a new connection. Rejects with what a function threw when that is a `MailError`; for
   * anything else with `"authentication"` in phase `"credentials"`, which may be tried again; for credentials that are
   * empty or none with the same, for good.
   */
  async resolve(signal?: AbortSignal): Promise<Credentials> {
    const source = this.#source;
    return typeof source === "function" ? ask(source, false, signal) : source;
  }

  /**
   * Logs in; when the server refuses a token that a function gave, asks the function once more with
   * `refresh` and tries again with its answer, then fails. Passwords and fixed tokens are tried once.
   */
  async login<T>(attempt: (credentials: Credentials) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const source = this.#source;
    if (typeof source !== "function") return attempt(source);
    const state = stateOf(source);
    const { refreshes } = state;
    const credentials = await this.resolve(signal);
    try {
      return await attempt(credentials);
    } catch (error) {
      const isRefusedToken =
        isMailError(error) && error.code === "authentication" && "accessToken" in credentials;
      if (!isRefusedToken) throw error;
      // Somebody else may have refreshed while the server was busy refusing.
      const newer = state.refreshes > refreshes ? state.latest : undefined;
      return attempt(newer ?? (await state.refresh.run("core", signal)));
    }
  }
}

function stateOf(source: CredentialsProvider): ProviderState {
  const known = providers.get(source);
  if (known !== undefined) return known;
  const refresh = new SingleFlight(async (signal) => {
    const fresh = await ask(source, true, signal);
    state.latest = fresh;
    state.refreshes += 1;
    return fresh;
  });
  const state: ProviderState = { refresh, refreshes: 0, latest: undefined };
  providers.set(source, state);
  return state;
}

async function ask(
  source: CredentialsProvider,
  refresh: boolean,
  signal: AbortSignal | undefined,
): Promise<Credentials> {
  let given: unknown;
  try {
    given = await source({ refresh, signal });
  } catch (thrown) {
    if (isMailError(thrown)) throw thrown;
    throw noCredentials("The credentials function failed", {
      cause: new Redactor().error(thrown),
      retryable: true,
    });
  }
  if (!isCredentials(given)) {
    throw noCredentials("The credentials function returned no user with a password or an accessToken");
  }
  return given;
}

function noCredentials(message: string, more: { cause?: Error; retryable?: boolean } = {}): MailError {
  return new MailError(message, { code: "authentication", protocol: "core", phase: "credentials", ...more });
}
