import { randomUUID } from "node:crypto";
import { EventEmitter, once } from "node:events";
import { claimLease, type FreeAccount } from "../../store/leases.js";
import { wholeTenant } from "../../store/tenant.js";
import type { MailEnvironment } from "../mail-environment.js";
import { nudgeAccounts, nudgeTopic } from "../nudge-accounts.js";
import { holdAccount } from "./hold-account.js";
import { LeaseBeat } from "./lease-beat.js";
import { PassRhythm } from "./pass-rhythm.js";
import { SliceTurns } from "./slice-turns.js";

/** How accounts are held. */
export interface AccountHolderOptions {
  /** Between two looks at what a server does not tell of by itself, on average. */
  readonly pollMs?: number | undefined;
  /** What stands in the leases; the id of the process. */
  readonly holder?: string | undefined;
  /** First syncs at once. */
  readonly firstSyncs?: number | undefined;
  /** What tells when accounts are looked at. @defaultValue Math.random */
  readonly random?: (() => number) | undefined;
}

const DEFAULT_POLL_MS = 60_000;

/** Holds the accounts that it was given and keeps them in sync, until it is stopped. */
export class AccountHolder implements AsyncDisposable {
  readonly #environment: MailEnvironment;
  readonly #holder: string;
  /** By the topic of the account's nudges. */
  readonly #held = new Map<string, { readonly accountId: string; readonly ended: Promise<void> }>();
  readonly #nudged = new Set<string>();
  readonly #nudges = new EventEmitter().setMaxListeners(0);
  readonly #stop = new AbortController();
  readonly #beat: LeaseBeat;
  readonly #pollMs: number;
  readonly #turns: SliceTurns;
  readonly #random: (() => number) | undefined;
  readonly #onWake = (topic: string): void => {
    if (!this.#held.has(topic)) return;
    this.#nudged.add(topic);
    this.#nudges.emit(topic);
  };

  constructor(environment: MailEnvironment, options: AccountHolderOptions = {}) {
    this.#environment = environment;
    this.#pollMs = options.pollMs ?? DEFAULT_POLL_MS;
    this.#turns = new SliceTurns(options.firstSyncs);
    this.#random = options.random;
    this.#holder = options.holder ?? randomUUID();
    // Only who waits is told: whose pass is under way comes to it by itself.
    const onPaused = (accountId: string): boolean => this.#nudges.emit(nudgeTopic(accountId));
    this.#beat = new LeaseBeat(environment.database, onPaused, environment.leaseSeconds);
    environment.database.changes.on("wake", this.#onWake);
  }

  /** So many accounts are held now. */
  get size(): number {
    return this.#held.size;
  }

  /** Takes an account, unless another process was faster; resolves when it is held. */
  async take({ tenantId, accountId }: FreeAccount): Promise<void> {
    const { database, leaseSeconds } = this.#environment;
    const topic = nudgeTopic(accountId);
    if (this.#held.has(topic) || this.#stop.signal.aborted) return;
    const tenant = wholeTenant(tenantId, database.sql);
    const lease = await claimLease(tenant, accountId, this.#holder, leaseSeconds);
    if (lease === undefined) return;
    const waitForNudge = async (signal: AbortSignal): Promise<void> => {
      // One that came during the last pass counts: that pass may have been past what it was about.
      if (!this.#nudged.has(topic)) await once(this.#nudges, topic, { signal });
      this.#nudged.delete(topic);
      // Whoever asked for a pass waits for the account to be read after that.
      this.#beat.forgetLook(lease);
    };
    const signal = AbortSignal.any([this.#stop.signal, this.#beat.add(lease)]);
    const ended = holdAccount(this.#environment, tenant, lease, {
      signal,
      waitForNudge,
      pollMs: this.#pollMs,
      rhythm: new PassRhythm(this.#random),
      turns: this.#turns,
      onLook: (at) => this.#beat.noteLook(lease, at),
    })
      .catch(() => {})
      .then(async () => {
        this.#beat.remove(lease);
        if (this.#stop.signal.aborted) return;
        this.#held.delete(topic);
        this.#nudged.delete(topic);
        // Whoever is there now may take it, if it is due.
        await nudgeAccounts(database, [accountId]).catch(() => {});
      });
    this.#held.set(topic, { accountId, ended });
  }

  /** Gives all accounts back; resolves when nothing of theirs runs any more. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#environment.database.changes.off("wake", this.#onWake);
    const held = [...this.#held.values()];
    await Promise.all(held.map(({ ended }) => ended));
    await this.#beat.stop();
    // Another process takes them at once.
    const accountIds = held.map(({ accountId }) => accountId);
    if (held.length > 0) await nudgeAccounts(this.#environment.database, accountIds).catch(() => {});
    this.#held.clear();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}
