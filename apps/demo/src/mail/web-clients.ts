import { findAccount } from "../store/accounts.js";
import type { Tenant } from "../store/tenant.js";
import { type AccountClient, openAccountClient } from "./account-client.js";
import type { MailEnvironment } from "./mail-environment.js";

interface Cached {
  readonly client: AccountClient;
  users: number;
  timer: NodeJS.Timeout | undefined;
}

/** A client that nobody used for so long logs out. */
const IDLE_MS = 60_000;

/**
 * The clients of what people do in the page: reading an attachment, starring a message. Apart from the holder's, so
 * that nobody waits for a sync; kept for a while, because the next click comes soon.
 */
export class WebClients implements AsyncDisposable {
  readonly #environment: MailEnvironment;
  readonly #cached = new Map<string, Promise<Cached>>();

  constructor(environment: MailEnvironment) {
    this.#environment = environment;
  }

  /** Lends an account's client for one task; `undefined` when the tenant has no such account. */
  async use<T>(
    tenant: Tenant,
    accountId: string,
    task: (client: AccountClient) => Promise<T>,
  ): Promise<T | undefined> {
    // Also what is cached is another tenant's to others.
    const account = await findAccount(tenant, accountId);
    if (account === undefined) return undefined;
    const opening =
      this.#cached.get(accountId) ??
      openAccountClient(this.#environment, tenant, account).then((client) => ({
        client,
        users: 0,
        timer: undefined,
      }));
    this.#cached.set(accountId, opening);
    try {
      const cached = await opening;
      cached.users += 1;
      clearTimeout(cached.timer);
      try {
        return await task(cached.client);
      } finally {
        cached.users -= 1;
        if (cached.users === 0) cached.timer = setTimeout(() => void this.forget(accountId), IDLE_MS).unref();
      }
    } catch (error) {
      // With another login the next one is tried: never this client again.
      await this.forget(accountId);
      throw error;
    }
  }

  /** Closes an account's client: its login was changed, or it is gone. */
  async forget(accountId: string): Promise<void> {
    const opening = this.#cached.get(accountId);
    this.#cached.delete(accountId);
    const cached = await opening?.catch(() => undefined);
    clearTimeout(cached?.timer);
    await cached?.client.client.close({ graceMs: 1_000 }).catch(() => {});
  }

  async close(): Promise<void> {
    await Promise.all([...this.#cached.keys()].map((accountId) => this.forget(accountId)));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
