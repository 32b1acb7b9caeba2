import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { inTransaction } from "../db/in-transaction.js";
import type { MailEnvironment } from "../mail/mail-environment.js";
import { deliverMessage } from "../mail/outbox/deliver-message.js";
import { reconcileMessage } from "../mail/outbox/reconcile-message.js";
import type { WebClients } from "../mail/web-clients.js";
import { claimCheck, listToCheck } from "../store/outbox/changes.js";
import { claimOutbox, type DueMessage, lapseClaim, listDue, listLapsed } from "../store/outbox/claims.js";
import type { Tenant } from "../store/tenant.js";

/** How often it is looked for messages whose time has come, beside every change that is told. */
const LOOK_EVERY_MS = 2_000;
const MAX_AT_ONCE = 4;
/** What is under way when the program ends is given so long: cut off after its dot, its fate would be unknown. */
const STOP_GRACE_MS = 10_000;

/**
 * Sends what is due in the outbox and looks after what is in doubt, until it is stopped. Any number of these may run, on any number of
 * machines: rows and their claims decide who does what, and what starts the work proves nothing.
 */
export class OutboxRunner implements AsyncDisposable {
  readonly #environment: MailEnvironment;
  readonly #clients: WebClients;
  readonly #name: string = `${process.pid}-${randomUUID()}`;
  readonly #running = new Set<Promise<void>>();
  readonly #cut = new AbortController();
  readonly #onChange = (): void => void this.#look();
  readonly #timer: NodeJS.Timeout;
  #looking: Promise<void> | undefined;
  #isLookWanted = false;
  #isStopped = false;

  constructor(environment: MailEnvironment, clients: WebClients) {
    this.#environment = environment;
    this.#clients = clients;
    environment.database.changes.on("changed", this.#onChange);
    this.#timer = setInterval(this.#onChange, LOOK_EVERY_MS);
    this.#onChange();
  }

  /** Begins nothing more; resolves when nothing of it runs any more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#timer);
    this.#environment.database.changes.off("changed", this.#onChange);
    await this.#looking;
    const patience = new AbortController();
    const ended = Promise.all(this.#running);
    const late = sleep(STOP_GRACE_MS, undefined, { signal: patience.signal }).then(
      () => this.#cut.abort(),
      () => {},
    );
    await Promise.race([ended, late]);
    await ended;
    patience.abort();
    await late;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #look(): Promise<void> {
    this.#isLookWanted = true;
    if (this.#looking !== undefined) return await this.#looking;
    this.#looking = this.#takeAll().finally(() => {
      this.#looking = undefined;
    });
    await this.#looking;
  }

  async #takeAll(): Promise<void> {
    while (this.#isLookWanted && !this.#isStopped) {
      this.#isLookWanted = false;
      // A database that is away is asked again by the timer.
      await this.#takeOnce().catch(() => {});
    }
  }

  async #takeOnce(): Promise<void> {
    const { sql } = this.#environment.database;
    for (const lapsed of await listLapsed(sql)) await this.#inTransaction(lapsed, lapseClaim);
    if (this.#free() === 0) return;
    for (const message of await listDue(sql, this.#free())) {
      if (this.#free() === 0 || this.#isStopped) return;
      const claim = await this.#inTransaction(message, (own, id) => claimOutbox(own, id, this.#name));
      if (claim === undefined) continue;
      this.#run(deliverMessage(this.#environment, this.#tenant(message), claim, this.#cut.signal));
    }
    for (const message of await listToCheck(sql, this.#free())) {
      if (this.#free() === 0 || this.#isStopped) return;
      const entry = await claimCheck(this.#tenant(message), message.id);
      if (entry === undefined) continue;
      const services = { environment: this.#environment, clients: this.#clients };
      this.#run(reconcileMessage(services, this.#tenant(message), entry));
    }
  }

  #run(task: Promise<void>): void {
    // What failed is found by its row: as a claim that lapses, or a check that is due again.
    const running = task
      .catch(() => {})
      .finally(() => {
        this.#running.delete(running);
        if (!this.#isStopped) void this.#look();
      });
    this.#running.add(running);
  }

  #free(): number {
    return MAX_AT_ONCE - this.#running.size;
  }

  #tenant({ tenantId }: DueMessage): Tenant {
    return { id: tenantId, sql: this.#environment.database.sql };
  }

  async #inTransaction<T>(
    { tenantId, id }: DueMessage,
    task: (own: Tenant, id: string) => Promise<T>,
  ): Promise<T> {
    return await inTransaction(this.#environment.database, (sql) => task({ id: tenantId, sql }, id));
  }
}
