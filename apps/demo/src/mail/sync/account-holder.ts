import { randomUUID } from "node:crypto";
import { EventEmitter, once } from "node:events";
import { claimLease, listFreeAccounts } from "../../store/leases.js";
import type { MailEnvironment } from "../mail-environment.js";
import { holdAccount } from "./hold-account.js";

/** How often it is looked for accounts that nobody holds, beside every change that is told. */
const LOOK_EVERY_MS = 5_000;
const DEFAULT_POLL_MS = 60_000;

/** Takes the accounts that nobody holds and keeps them in sync, until it is stopped. */
export class AccountHolder implements AsyncDisposable {
  readonly #environment: MailEnvironment;
  readonly #name: string = `${process.pid}-${randomUUID()}`;
  readonly #held = new Map<string, Promise<void>>();
  readonly #nudged = new Set<string>();
  readonly #nudges = new EventEmitter().setMaxListeners(0);
  readonly #stop = new AbortController();
  readonly #pollMs: number;
  readonly #onChange = (): void => void this.#look();
  readonly #timer: NodeJS.Timeout;
  #looking: Promise<void> | undefined;
  #isLookWanted = false;

  constructor(environment: MailEnvironment, options: { readonly pollMs?: number | undefined } = {}) {
    this.#environment = environment;
    this.#pollMs = options.pollMs ?? DEFAULT_POLL_MS;
    environment.database.changes.on("changed", this.#onChange);
    this.#timer = setInterval(this.#onChange, LOOK_EVERY_MS);
    this.#onChange();
  }

  /** Asks for a pass now; of an account that another process holds, in that process's own time. */
  nudge(accountId: string): void {
    this.#nudged.add(accountId);
    this.#nudges.emit(accountId);
  }

  /** Gives all accounts back; resolves when nothing of theirs runs any more. */
  async stop(): Promise<void> {
    this.#stop.abort();
    clearInterval(this.#timer);
    this.#environment.database.changes.off("changed", this.#onChange);
    await this.#looking;
    await Promise.all(this.#held.values());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #look(): Promise<void> {
    this.#isLookWanted = true;
    if (this.#looking !== undefined) return await this.#looking;
    this.#looking = this.#takeFree().finally(() => {
      this.#looking = undefined;
    });
    await this.#looking;
  }

  async #takeFree(): Promise<void> {
    while (this.#isLookWanted && !this.#stop.signal.aborted) {
      this.#isLookWanted = false;
      // A database that is away is asked again by the timer.
      const free = await listFreeAccounts(this.#environment.database.sql).catch(() => []);
      for (const { tenantId, accountId } of free) await this.#take(tenantId, accountId).catch(() => {});
    }
  }

  async #take(tenantId: string, accountId: string): Promise<void> {
    if (this.#held.has(accountId) || this.#stop.signal.aborted) return;
    const tenant = { id: tenantId, sql: this.#environment.database.sql };
    const lease = await claimLease(tenant, accountId, this.#name);
    if (lease === undefined) return;
    const waitForNudge = async (signal: AbortSignal): Promise<void> => {
      // One that came during the last pass counts: that pass may have been past what it was about.
      if (!this.#nudged.has(accountId)) await once(this.#nudges, accountId, { signal });
      this.#nudged.delete(accountId);
    };
    const options = { signal: this.#stop.signal, waitForNudge, pollMs: this.#pollMs };
    const held = holdAccount(this.#environment, tenant, lease, options)
      .catch(() => {})
      .finally(() => this.#held.delete(accountId));
    this.#held.set(accountId, held);
  }
}
