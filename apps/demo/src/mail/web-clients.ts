import { findAccount } from "../store/accounts.js";
import type { Tenant } from "../store/tenant.js";
import { type AccountClient, openAccountClient } from "./account-client.js";
import { KeptClients } from "./kept-clients.js";
import type { MailEnvironment } from "./mail-environment.js";

const CLOSE_GRACE_MS = 1_000;

/**
 * The clients of what people do in the page: reading an attachment, starring a message. Apart from the holder's, so
 * that nobody waits for a sync; kept for a while, because the next click comes soon.
 */
export class WebClients implements AsyncDisposable {
  readonly #environment: MailEnvironment;
  readonly #kept = new KeptClients<AccountClient>(({ client }) => client.close({ graceMs: CLOSE_GRACE_MS }));

  constructor(environment: MailEnvironment) {
    this.#environment = environment;
  }

  /** Lends an account's client for one task; `undefined` when the tenant has no such account. */
  async use<T>(
    tenant: Tenant,
    accountId: string,
    task: (client: AccountClient) => Promise<T>,
  ): Promise<T | undefined> {
    // Also what is kept is another tenant's to others.
    const account = await findAccount(tenant, accountId);
    if (account === undefined) return undefined;
    // After a failure, with another login perhaps, the next one is tried: never this client again.
    return await this.#kept.use(accountId, () => openAccountClient(this.#environment, tenant, account), task);
  }

  /** Closes an account's client: its login was changed, or it is gone. */
  async forget(accountId: string): Promise<void> {
    await this.#kept.forget(accountId);
  }

  async close(): Promise<void> {
    await this.#kept.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
