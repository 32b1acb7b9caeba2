import type { Database } from "../../db/open-database.js";
import {
  type AccountLease,
  LEASE_SECONDS,
  LeaseLostError,
  noteLooks,
  renewLeases,
} from "../../store/leases.js";

/** So often within its time a lease is renewed. */
const BEATS = 3;

/**
 * Renews all leases of a process together, and notes together which accounts were looked at: with a thousand of them it is two statements
 * every few seconds all the same.
 */
export class LeaseBeat {
  readonly #database: Database;
  readonly #seconds: number;
  readonly #held = new Map<AccountLease, AbortController>();
  readonly #looked = new Map<AccountLease, Date>();
  readonly #onPaused: (accountId: string) => void;
  readonly #timer: NodeJS.Timeout;
  #beating: Promise<void> | undefined;

  /** `onPaused` is called with an account that was paused, at each beat until it is let go. */
  constructor(database: Database, onPaused: (accountId: string) => void, seconds: number = LEASE_SECONDS) {
    this.#database = database;
    this.#onPaused = onPaused;
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

  /** Its server was looked at to the end, and all that was new is stored; the next beat says so in the account's row. */
  noteLook(lease: AccountLease, at: Date): void {
    this.#looked.set(lease, at);
  }

  /** Lets the next beat say nothing of the last look. */
  forgetLook(lease: AccountLease): void {
    this.#looked.delete(lease);
  }

  remove(lease: AccountLease): void {
    this.#held.delete(lease);
    this.forgetLook(lease);
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
      for (const [{ accountId }, lost] of held) {
        const row = kept.get(accountId);
        if (row === undefined) lost.abort(new LeaseLostError("The lease was taken over"));
        else if (row.isPaused) this.#onPaused(accountId);
      }
    } catch (error) {
      // A beat that the database did not take may be the last before the leases end: nothing may go on without them.
      for (const [, lost] of held) lost.abort(error);
      return;
    }
    const looked = [...this.#looked].map(([lease, at]) => ({ lease, at }));
    this.#looked.clear();
    // What is not noted now is noted after the next look.
    if (looked.length > 0) await noteLooks(this.#database.sql, looked).catch(() => {});
  }
}
