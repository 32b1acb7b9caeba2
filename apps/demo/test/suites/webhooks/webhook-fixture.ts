import { sql } from "drizzle-orm";
import { inTransaction } from "../../../src/db/in-transaction.js";
import type { Database } from "../../../src/db/open-database.js";
import type { MailEnvironment } from "../../../src/mail/mail-environment.js";
import { deliverWebhook } from "../../../src/mail/webhooks/deliver-webhook.js";
import { WireLog } from "../../../src/mail/wire-log.js";
import { addEvents, type NewEvent } from "../../../src/store/events.js";
import { listDueWebhooks } from "../../../src/store/webhooks/claims.js";
import { createWebhook, type WebhookChoices } from "../../../src/store/webhooks/webhooks.js";
import { createHousehold, type Household, keyring, within } from "../fixture.js";
import { startReceiver, type WebhookReceiver } from "./webhook-receiver.js";

/** A household whose webhooks lead to a receiver on this machine. */
export class WebhookFixture {
  readonly database: Database;
  readonly receiver: WebhookReceiver;
  readonly environment: MailEnvironment;
  readonly home: Household;

  private constructor(database: Database, receiver: WebhookReceiver, home: Household) {
    this.database = database;
    this.receiver = receiver;
    this.home = home;
    const shared = { database, keyring, wireLog: new WireLog(), now: () => new Date() };
    this.environment = { ...shared, webPolicy: () => true };
  }

  static async start(database: Database): Promise<WebhookFixture> {
    return new WebhookFixture(database, await startReceiver(), await createHousehold(database));
  }

  /** Forgets what came, and begins with another household. */
  async renew(): Promise<WebhookFixture> {
    this.receiver.reset();
    return new WebhookFixture(this.database, this.receiver, await createHousehold(this.database));
  }

  add(choices: Partial<WebhookChoices> = {}) {
    const usual = { url: this.receiver.url, events: [], accountId: null, includesText: false };
    return createWebhook(this.home.tenant, keyring, { ...usual, ...choices });
  }

  /** Lets events happen in one transaction. */
  async happen(...types: NewEvent["type"][]): Promise<void> {
    const accountId = this.home.account.id;
    await inTransaction(this.database, (tx) =>
      addEvents(
        within(this.home.tenant, tx),
        types.map((type, index) => ({ type, accountId, data: { id: `${type} ${index}` } })),
      ),
    );
  }

  /** Tells a webhook what it waits for. */
  run(id: string, more: { readonly holder?: string; readonly timeoutMs?: number } = {}): Promise<void> {
    const { signal } = new AbortController();
    return deliverWebhook(this.environment, this.home.tenant, id, { holder: "one", signal, ...more });
  }

  /** The types of what came. */
  types(): string[] {
    return this.receiver.received.map(({ event }) => event.type);
  }

  async isDue(id: string): Promise<boolean> {
    return (await listDueWebhooks(this.database.sql, 100)).some((due) => due.id === id);
  }

  async comeDue(id: string): Promise<void> {
    await this.database.sql.execute(sql`update webhooks set next_try_at = now() where id = ${id}`);
  }

  /** Between the last try and the next one. */
  async secondsToNextTry(id: string): Promise<number> {
    const { rows } = await this.database.sql.execute<{ seconds: string }>(
      sql`select extract(epoch from next_try_at - (
        select max(created_at) from webhook_deliveries where webhook_id = ${id})) as seconds
        from webhooks where id = ${id}`,
    );
    return Number(rows[0]?.seconds);
  }
}
