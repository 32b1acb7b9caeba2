import { getEventListeners } from "node:events";
import { seededRandom } from "@mailwright/suite";
import type { Clock, ConnectionPool, Lease, PoolKey } from "../../src/index.js";
import { FakeClock, settle } from "../support/fake-clock.js";
import { type ModelConnection, ModelServer, type Subject } from "./model-server.js";

interface Caller {
  readonly number: number;
  readonly key: PoolKey;
  readonly deadlineAt: number;
  readonly controller: AbortController;
  state: "waiting" | "holding" | "done";
}

const MAX_AGE_MS = 3_000;
const DIAL_FAILURES = new Set(["connection", "authentication", "tls"]);

/** Runs one random life of a pool from a seed; answers which promises it broke. */
export async function runPoolSchedule(subject: Subject, seed: number): Promise<string[]> {
  return new PoolSchedule(subject, seed).run();
}

class PoolSchedule {
  readonly #random: () => number;
  readonly #clock = new FakeClock();
  readonly #keys: PoolKey[];
  readonly #isPeaceful: boolean;
  readonly #limits: { maxPerKey: number; maxTotal: number };
  readonly #server: ModelServer;
  readonly #pool: ConnectionPool<ModelConnection>;
  readonly #poolTimers = new Set<object>();
  readonly #callers: Caller[] = [];
  readonly #subject: Subject;
  readonly #lateReleases: Promise<unknown>[] = [];

  constructor(subject: Subject, seed: number) {
    this.#subject = subject;
    this.#random = seededRandom(seed);
    const random = this.#random;
    this.#isPeaceful = random() < 0.4;
    this.#keys = Array.from({ length: 1 + this.#int(3) }, (_, n) => ({
      id: `${n}`,
      host: "h",
      label: `h:${n}`,
    }));
    this.#limits = { maxPerKey: 1 + this.#int(3), maxTotal: 1 + this.#int(5) };
    const model = { ...this.#limits, isPeaceful: this.#isPeaceful };
    this.#server = new ModelServer(subject, this.#clock, random, model);
    const limits = {
      ...this.#limits,
      acquireTimeoutMs: 1_000 + this.#int(4_000),
      idleTimeoutMs: this.#pick([0, 200, 1_000, 60_000]),
      maxAgeMs: MAX_AGE_MS,
      maxUses: this.#pick([1, 3, Number.POSITIVE_INFINITY]),
      checkAfterIdleMs: this.#pick([0, 50, 1_000]),
      keepAliveMs: this.#pick([0, 0, 100]),
      warnAfterLeasedMs: this.#pick([0, 100]),
    };
    this.#pool = new subject.ConnectionPool(this.#server, limits, { clock: this.#countingClock(), random });
  }

  /** The clock as the pool has it, with its timers counted apart from those of the test. */
  #countingClock(): Clock {
    return {
      now: () => this.#clock.now(),
      schedule: (delayMs, callback) => {
        const timer = {};
        this.#poolTimers.add(timer);
        const cancel = this.#clock.schedule(delayMs, () => {
          this.#poolTimers.delete(timer);
          callback();
        });
        return () => {
          this.#poolTimers.delete(timer);
          cancel();
        };
      },
    };
  }

  async run(): Promise<string[]> {
    const { violations } = this.#server;
    const arrivals = 6 + this.#int(14);
    for (let number = 1; number <= arrivals; number++) {
      this.#clock.schedule(this.#random() * 3_000, () => this.#arrive(number));
    }
    this.#plan();
    const closeAt = 500 + this.#random() * 6_000;
    await this.#runUntil(closeAt);
    if (violations.length > 0) return violations;
    const graceMs = this.#pick([0, 100, 5_000]);
    const cut = this.#clock.schedule(graceMs, () => {
      this.#server.mayCutHolders = true;
    });
    if (graceMs === 0) this.#server.mayCutHolders = true;
    let isClosed = false;
    void this.#pool.close({ graceMs }).then(() => {
      isClosed = true;
    });
    await settle();
    for (let limit = 0; !isClosed && limit < 500 && (await this.#clock.step()); limit++) this.#checkNow();
    cut();
    if (!isClosed) violations.push("I5: close() does not settle");
    await this.#checkNothingLeft();
    return violations;
  }

  /** Things that happen to a pool: servers that drop connections or go away, clear(). */
  #plan(): void {
    for (let i = 0; i < 3; i++) {
      this.#clock.schedule(this.#random() * 4_000, () => {
        const [...live] = this.#server.live;
        const victim = live[this.#int(live.length)];
        if (victim !== undefined && !victim.isClosing) this.#server.drop(victim);
      });
    }
    if (this.#random() < 0.3) {
      this.#clock.schedule(this.#random() * 4_000, () => {
        this.#server.forget();
        void this.#pool.clear(this.#random() < 0.5 ? undefined : this.#keys[0]);
        if (this.#keys.length > 1) this.#server.lockedUntil.clear();
      });
    }
    if (this.#random() < 0.3) {
      const from = this.#random() * 2_000;
      this.#clock.schedule(from, () => {
        this.#server.isHostDown = true;
      });
      this.#clock.schedule(from + this.#random() * 2_000, () => {
        this.#server.isHostDown = false;
      });
    }
  }

  #arrive(number: number): void {
    const key = this.#keys[this.#int(this.#keys.length)];
    if (key === undefined) return;
    const timeoutMs = this.#pick([undefined, 50, 500, 10_000]);
    const deadlineAt = this.#clock.now() + (timeoutMs ?? this.#pool.limits.acquireTimeoutMs);
    const controller = new AbortController();
    const caller: Caller = { number, key, deadlineAt, controller, state: "waiting" };
    this.#callers.push(caller);
    if (this.#random() < 0.25) this.#clock.schedule(this.#random() * 800, () => this.#abort(caller));
    const wanted = this.#pick([undefined, "INBOX", "Sent"]);
    const prefer = wanted === undefined ? undefined : (c: ModelConnection): boolean => c.selected === wanted;
    this.#pool.acquire(key, { signal: controller.signal, timeoutMs, prefer }).then(
      (lease) => this.#hold(caller, lease),
      (error: unknown) => {
        caller.state = "done";
        this.#checkRefusal(key, error);
        if (!(error instanceof this.#subject.MailError))
          this.#violation(`an acquire rejects with ${String(error)}`);
      },
    );
  }

  /** A dial that fails is no reason to fail whom a connection that works can serve. */
  #checkRefusal(key: PoolKey, error: unknown): void {
    const isOfDial = error instanceof this.#subject.MailError && DIAL_FAILURES.has(error.code);
    if (!isOfDial || this.#pool.stats(key).open === 0) return;
    this.#violation(`I10: "${error.code}" of a dial reaches a caller whom another connection can serve`);
  }

  #abort(caller: Caller): void {
    const wasWaiting = caller.state === "waiting";
    caller.controller.abort("not needed any more");
    if (!wasWaiting) return;
    queueMicrotask(() =>
      queueMicrotask(() => {
        if (caller.state === "waiting") this.#violation("I3: an aborted waiter stays in line");
      }),
    );
  }

  #hold(caller: Caller, lease: Lease<ModelConnection>): void {
    const { connection } = lease;
    caller.state = "holding";
    if (connection.holder !== undefined) this.#violation("I1: two holders of one connection");
    if (connection.isSpoiled || !connection.isClean) {
      if (lease.isReused) this.#violation("I7: a connection that broke is lent again");
    }
    if (connection.key !== caller.key) this.#violation("a connection of another account is lent");
    if (this.#clock.now() - connection.openedAt > MAX_AGE_MS)
      this.#violation("I8: an aged connection is lent");
    const overtaken = this.#callers.find(
      (other) => other.key === caller.key && other.state === "waiting" && other.number !== caller.number,
    );
    const isOlder =
      overtaken !== undefined && this.#callers.indexOf(overtaken) < this.#callers.indexOf(caller);
    if (isOlder) this.#violation("I3: a waiter is overtaken");
    connection.holder = caller.number;
    this.#clock.schedule(this.#random() * this.#pick([0, 20, 500, 5_000]), () => this.#return(caller, lease));
  }

  #return(caller: Caller, lease: Lease<ModelConnection>): void {
    const { connection } = lease;
    caller.state = "done";
    if (connection.holder === caller.number) connection.holder = undefined;
    const luck = this.#random();
    if (luck < 0.1) {
      connection.isSpoiled = true;
      lease.markBroken();
    } else if (luck < 0.2) {
      connection.isSpoiled = true;
      connection.isClean = false;
    }
    connection.selected = this.#pick(["INBOX", "Sent", ""]);
    this.#lateReleases.push(lease.release());
    if (luck > 0.7) {
      this.#clock.schedule(this.#random() * 300, () => {
        lease.markBroken();
        this.#lateReleases.push(lease.release());
      });
    }
  }

  async #runUntil(time: number): Promise<void> {
    while (await this.#clock.step(time)) {
      this.#checkNow();
      if (this.#server.violations.length > 0) return;
    }
    await this.#clock.advance(Math.max(0, time - this.#clock.now()));
  }

  #checkNow(): void {
    const now = this.#clock.now();
    for (const caller of this.#callers) {
      if (caller.state === "waiting" && now > caller.deadlineAt)
        this.#violation("I4: an acquire outlives its deadline");
    }
    if (this.#server.mayCutHolders) return;
    const { open, opening, closing } = this.#pool.stats();
    const isFull = open + opening + closing >= this.#limits.maxTotal;
    for (const key of this.#keys) this.#checkLiveness(key, isFull);
  }

  /** Nobody waits while something could be done for them. */
  #checkLiveness(key: PoolKey, isPoolFull: boolean): void {
    const { waiting, idle, open, closing, opening, created } = this.#pool.stats(key);
    const checking = this.#server.checking.get(key.id) ?? 0;
    if (waiting > checking && idle > checking) this.#violation("a waiter is lost beside an idle connection");
    if (!this.#isPeaceful || waiting <= opening + checking) return;
    const isFirstLogin = created === 0 && opening > 0;
    const isFull = isPoolFull || open + opening + closing >= this.#limits.maxPerKey;
    if (!isFull && !isFirstLogin) this.#violation("a waiter is lost while a connection could be opened");
  }

  async #checkNothingLeft(): Promise<void> {
    const { violations, live } = this.#server;
    if (this.#callers.some(({ state }) => state === "waiting"))
      violations.push("I5: an acquire is pending after close()");
    await this.#pool.acquire(this.#keys[0] ?? { id: "", host: "", label: "" }).then(
      () => violations.push("I5: a closed pool lends"),
      () => {},
    );
    const stats = this.#pool.stats();
    if (stats.open + stats.opening + stats.closing + stats.waiting > 0)
      violations.push("I5: figures left after close()");
    for (const { controller } of this.#callers) {
      if (getEventListeners(controller.signal, "abort").length > 0) violations.push("I5: a listener is left");
    }
    if (this.#poolTimers.size > 0) violations.push("I5: a timer is left");
    await this.#drainHolders();
    if (live.size > 0 || this.#server.total > 0) violations.push("I5: a connection is left");
  }

  /** The holders that were cut off still return what they hold; arrivals still come and are refused. */
  async #drainHolders(): Promise<void> {
    const until = this.#clock.now() + 20_000;
    while (await this.#clock.step(until));
    await Promise.all(this.#lateReleases);
  }

  #violation(text: string): void {
    this.#server.violations.push(text);
  }

  #int(below: number): number {
    return Math.floor(this.#random() * below);
  }

  #pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.#int(choices.length)] ?? choices[0];
  }
}
