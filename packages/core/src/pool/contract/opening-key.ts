import { identityOf } from "./account-key.js";
import type { PoolKey } from "./pool-key.js";

/**
 * A pool key that also carries what it takes to open a connection, and shows nothing of it. Clients share
 * connections in a shared pool only when their settings would make the same ones.
 */
export class OpeningKey<A> implements PoolKey {
  readonly id: string;
  readonly host: string;
  readonly label: string;
  readonly #account: A;

  /**
   * @param key - of the account, by {@link accountKey}
   * @param settings - every option that makes connections different; functions count by identity, all else by value
   */
  constructor(key: PoolKey, account: A, settings: Readonly<Record<string, unknown>>) {
    this.id = `${key.id} ${JSON.stringify(settings, comparable)}`;
    this.host = key.host;
    this.label = key.label;
    this.#account = account;
  }

  get account(): A {
    return this.#account;
  }
}

/** A list where JSON has no form of its own, so that nothing that has one looks the same. */
function comparable(_name: string, value: unknown): unknown {
  if (typeof value === "function") return ["function", identityOf(value)];
  const isLost = value === undefined || (typeof value === "number" && !Number.isFinite(value));
  return isLost ? [String(value)] : value;
}
