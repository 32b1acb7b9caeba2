import type { Database } from "../../db/open-database.js";
import { type AccountLease, LEASE_SECONDS, LeaseLostError, renewLeases } from "../../store/leases.js";

/** So often within its time a lease is renewed. */
const BEATS = 3;

/** Renews all leases of a process together: with a thousand accounts it is one statement every few seconds all the same. */
export class LeaseBeat {
  readonly #database: Database;
  readonly #seconds: number;
  readonly #held = new Map<AccountLease, AbortController>();
  readonly #timer: NodeJS.Timeout;
  #beating: Promise<void> | undefined;

  constructor(database: Database, seconds: number = LEASE_SECONDS) {
    this.#database = database;
    this.#seconds = seconds;
    const beat = (): void => {
      this.#beating ??= this.#renew().finally(() => {
        this.#beating = undefined;
      });
    };
    this.#timer = setInterval(beat, (seconds * 1_000) / BEATS);
  }

  /** Keeps a lease until {@link remove}; the signal says that it is lost. */
  add(lease: AccountLease): AbortSignal {
    const lost = new AbortController();
    this.#held.set(lease, lost);
    return lost.signal;
  }

  remove(lease: AccountLease): void {
    this.#held.delete(lease);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#beating;
  }

  async #renew(): Promise<void> {
    const held = [...this.#held];
    if (held.length === 0) return;
    try {
      const leases = held.map(([lease]) => lease);
      const kept = await renewLeases(this.#database.sql, leases, this.#seconds);
      for (const [{ accountId }, lost] of held)
        if (!kept.has(accountId)) lost.abort(new LeaseLostError("The lease was taken over"));
    } catch (error) {
      // A beat that the database did not take may be the last before the leases end: nothing may go on without them.
      for (const [, lost] of held) lost.abort(error);
    }
  }
}
