import { exponentialBackoff } from "../../retry/backoff.js";
import type { Clock } from "../../time/clock.js";

/** A dial that a gate let through; its outcome must be told. */
export interface DialPermit {
  readonly host: string;
  /** The one dial that tries a host which failed before. */
  readonly isProbe: boolean;
}

interface Gate<L> {
  failures: number;
  reopensAt: number;
  isProbing: boolean;
  /** The dial that tries it: another one's outcome, begun before the host was forgotten, does not open the gate. */
  probe: DialPermit | undefined;
  readonly parked: Set<L>;
  cancelTimer: (() => void) | undefined;
}

const REMEMBERED = 1_000;
/** Hosts that may be forgotten for each one that is new. */
const LOOKS = 3;
const STALE_MS = 60_000;
const backoff = exponentialBackoff({ baseMs: 500, maxMs: 30_000 });

/**
 * Keeps thousands of accounts from hammering a server that is down. After a failed dial its host is
 * left alone for a while; then one dial tries it for everyone, and everyone shares the outcome.
 */
export class HostBreaker<L> {
  readonly #gates = new Map<string, Gate<L>>();
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #wake: (state: L) => void;

  /** `wake` hears of each parked key when it may ask again. */
  constructor(clock: Clock, random: () => number, wake: (state: L) => void) {
    this.#clock = clock;
    this.#random = random;
    this.#wake = wake;
  }

  /** Whether a key may dial now; if not, it is parked and woken when that may have changed. */
  admits(host: string, state: L): boolean {
    const gate = this.#gates.get(host);
    if (gate === undefined) return true;
    const now = this.#clock.now();
    if (!gate.isProbing && gate.reopensAt <= now) return true;
    gate.parked.add(state);
    if (!gate.isProbing) {
      gate.cancelTimer ??= this.#clock.schedule(gate.reopensAt - now, () => this.#reopen(gate));
    }
    return false;
  }

  /** A dial starts. Ask {@link admits} before. */
  enter(host: string): DialPermit {
    const gate = this.#gates.get(host);
    if (gate === undefined) return { host, isProbe: false };
    gate.isProbing = true;
    gate.probe = { host, isProbe: true };
    return gate.probe;
  }

  /** The host is up: everyone may dial. */
  succeeded({ host }: DialPermit): void {
    const gate = this.#gates.get(host);
    if (gate === undefined) return;
    this.#gates.delete(host);
    gate.cancelTimer?.();
    for (const state of gate.parked) this.#wake(state);
  }

  /** The host cannot be reached. Answers the keys that waited for this very dial; they are no longer parked. */
  failed(permit: DialPermit): L[] {
    const { host } = permit;
    const gate = this.#gates.get(host) ?? this.#close(host);
    if (gate.failures > 0 && gate.probe !== permit) return [];
    gate.failures += 1;
    gate.isProbing = false;
    gate.reopensAt = this.#clock.now() + backoff(gate.failures, this.#random);
    const waited = [...gate.parked];
    gate.parked.clear();
    return waited;
  }

  /** The dial ended without saying anything about the host: somebody else may try. */
  abandoned(permit: DialPermit): void {
    const gate = this.#gates.get(permit.host);
    if (gate?.probe !== permit) return;
    gate.isProbing = false;
    this.#reopen(gate);
  }

  /** Lets everyone dial a host again. */
  forget(host: string): void {
    this.succeeded({ host, isProbe: false });
  }

  stop(): void {
    for (const gate of this.#gates.values()) gate.cancelTimer?.();
    this.#gates.clear();
  }

  #reopen(gate: Gate<L>): void {
    gate.cancelTimer?.();
    gate.cancelTimer = undefined;
    for (const state of [...gate.parked]) {
      if (gate.isProbing) return;
      gate.parked.delete(state);
      this.#wake(state);
    }
  }

  #close(host: string): Gate<L> {
    const now = this.#clock.now();
    this.#forgetOldest(now);
    const gate: Gate<L> = {
      failures: 0,
      reopensAt: now,
      isProbing: false,
      probe: undefined,
      parked: new Set(),
      cancelTimer: undefined,
    };
    this.#gates.set(host, gate);
    return gate;
  }

  /** The longest known hosts go first, but for those that somebody waits for or that failed just now. */
  #forgetOldest(now: number): void {
    let looks = 0;
    for (const [host, gate] of this.#gates) {
      if (this.#gates.size < REMEMBERED || ++looks > LOOKS) return;
      this.#gates.delete(host);
      const isStale = !gate.isProbing && gate.parked.size === 0 && gate.reopensAt <= now - STALE_MS;
      if (!isStale) this.#gates.set(host, gate);
    }
  }
}
