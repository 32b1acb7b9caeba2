import type { ConnectionFactory, MailError, PoolKey } from "../../src/index.js";
import type { FakeClock } from "../support/fake-clock.js";

/** The parts of the package that a schedule runs against; another copy of it may be given. */
export interface Subject {
  readonly ConnectionPool: typeof import("../../src/index.js").ConnectionPool;
  readonly MailError: typeof import("../../src/index.js").MailError;
}

export interface ModelConnection {
  readonly key: PoolKey;
  readonly openedAt: number;
  /** Opened after the pool had given up on it. */
  readonly isLate: boolean;
  holder: number | undefined;
  /** Broke, has unread bytes, or was dropped: must never be lent again. */
  isSpoiled: boolean;
  isClean: boolean;
  isClosing: boolean;
  selected: string;
  dropped: (() => void) | undefined;
}

export interface ModelLimits {
  readonly maxPerKey: number;
  readonly maxTotal: number;
  /** No failures at all, so that the pool has no excuse to let anyone wait. */
  readonly isPeaceful: boolean;
}

const STUCK_MS = 10_000;
/** Just within the 5 s that a place stays taken by a dial that will not stop, or by what is cut off. */
const LATE_MS = 4_900;

/** Plays the servers behind a pool and watches what the pool does to them. */
export class ModelServer implements ConnectionFactory<ModelConnection> {
  readonly violations: string[] = [];
  readonly live = new Set<ModelConnection>();
  readonly dialing = new Map<string, number>();
  readonly checking = new Map<string, number>();
  total = 0;
  readonly perKey = new Map<string, number>();
  isHostDown = false;
  mayCutHolders = false;
  readonly lockedUntil = new Map<string, number>();
  #gateIsClosed = false;
  /** The dials that try the host since the pool learned that it is down; new each time that it learns so. */
  #probes = new Set<symbol>();
  readonly #subject: Subject;
  readonly #clock: FakeClock;
  readonly #random: () => number;
  readonly #limits: ModelLimits;

  constructor(subject: Subject, clock: FakeClock, random: () => number, limits: ModelLimits) {
    this.#subject = subject;
    this.#clock = clock;
    this.#random = random;
    this.#limits = limits;
  }

  clockNow(): number {
    return this.#clock.now();
  }

  forget(): void {
    this.lockedUntil.clear();
    this.#gateIsClosed = false;
  }

  open(key: PoolKey, signal: AbortSignal): Promise<ModelConnection> {
    const now = this.#clock.now();
    if (now < (this.lockedUntil.get(key.id) ?? 0))
      this.violations.push("I9: a login during the breaker's pause");
    const isProbe = this.#gateIsClosed;
    const probes = this.#probes;
    const probe = Symbol(key.id);
    if (isProbe && probes.add(probe).size > 1)
      this.violations.push("I9: two dials probe a host that is down");
    this.#enter(key);
    count(this.dialing, key.id, 1);
    return new Promise((resolve, reject) => {
      let isDone = false;
      const finish = (): boolean => {
        if (isDone) return false;
        isDone = true;
        cancel();
        signal.removeEventListener("abort", onAbort);
        count(this.dialing, key.id, -1);
        probes.delete(probe);
        return true;
      };
      const fail = (error: unknown): void => {
        if (!finish()) return;
        this.#leave(key);
        reject(error);
      };
      const succeed = (isLate = false): void => {
        if (!finish()) return;
        this.#gateIsClosed = false;
        this.lockedUntil.delete(key.id);
        resolve(this.#connection(key, isLate));
      };
      const isDeaf = !this.#limits.isPeaceful && this.#random() < 0.1;
      const onAbort = (): void => {
        if (!isDeaf) return fail(new Error("aborted"));
        cancel();
        cancel = this.#clock.schedule(this.#random() * LATE_MS, () => succeed(true));
      };
      let cancel = this.#clock.schedule(this.#random() * 400, () => {
        const error = this.#refusal(key);
        if (error === undefined) succeed();
        else if (error !== "hang") fail(error);
      });
      signal.addEventListener("abort", onAbort);
    });
  }

  isUsable(connection: ModelConnection, signal: AbortSignal): Promise<boolean> {
    if (connection.holder !== undefined) this.violations.push("I1: a lent connection is checked");
    if (!this.live.has(connection)) this.violations.push("a closed connection is checked");
    count(this.checking, connection.key.id, 1);
    return new Promise((resolve, reject) => {
      const luck = this.#limits.isPeaceful ? 1 : this.#random();
      const finish = (): void => {
        signal.removeEventListener("abort", onAbort);
        cancel();
        count(this.checking, connection.key.id, -1);
      };
      const onAbort = (): void => {
        finish();
        reject(new Error("aborted"));
      };
      const cancel = this.#clock.schedule(luck < 0.1 ? 1e9 : this.#random() * 100, () => {
        finish();
        if (luck < 0.2) reject(new Error("check failed"));
        else resolve(luck > 0.3 && !connection.isSpoiled);
      });
      signal.addEventListener("abort", onAbort);
    });
  }

  close(connection: ModelConnection, signal: AbortSignal): Promise<void> {
    if (connection.isClosing) this.violations.push("I5: a connection is closed twice");
    connection.isClosing = true;
    if (connection.holder !== undefined && !this.mayCutHolders)
      this.violations.push("I8: a holder is cut off");
    const isStuck = !this.#limits.isPeaceful && !connection.isLate && this.#random() < 0.05;
    return new Promise((resolve, reject) => {
      const gone = (): void => {
        this.live.delete(connection);
        this.#leave(connection.key);
        if (this.#random() < 0.1) reject(new Error("close failed"));
        else resolve();
      };
      if (!isStuck) this.#clock.schedule(this.#random() * 50, gone);
      else if (signal.aborted) gone();
      else {
        const cancel = this.#clock.schedule(this.#random() * STUCK_MS, gone);
        signal.addEventListener("abort", () => {
          cancel();
          if (this.live.has(connection)) this.#clock.schedule(this.#random() * LATE_MS, gone);
        });
      }
    });
  }

  isClean(connection: ModelConnection): boolean {
    return connection.isClean;
  }

  onClosed(connection: ModelConnection, listener: () => void): void {
    connection.dropped = listener;
  }

  /** The server ends a connection. */
  drop(connection: ModelConnection): void {
    connection.isSpoiled = true;
    connection.dropped?.();
  }

  #connection(key: PoolKey, isLate: boolean): ModelConnection {
    const connection: ModelConnection = {
      key,
      openedAt: this.#clock.now(),
      isLate,
      holder: undefined,
      isSpoiled: false,
      isClean: true,
      isClosing: false,
      selected: "",
      dropped: undefined,
    };
    this.live.add(connection);
    return connection;
  }

  #refusal(key: PoolKey): MailError | "hang" | undefined {
    if (this.#limits.isPeaceful) return undefined;
    const { MailError } = this.#subject;
    const luck = this.#random();
    if (this.isHostDown || luck < 0.05) {
      if (!this.#gateIsClosed) this.#probes = new Set();
      this.#gateIsClosed = true;
      return new MailError("refused", {
        code: "connection",
        protocol: "core",
        phase: "connect",
        retryable: true,
      });
    }
    if (luck < 0.1)
      return new MailError("too many", { code: "throttled", protocol: "core", retryable: true });
    if (luck < 0.13) {
      const wasLocked = this.#clock.now() < (this.lockedUntil.get(key.id) ?? 0);
      if (!wasLocked) this.lockedUntil.set(key.id, this.#clock.now() + 30_000);
      return new MailError("wrong password", { code: "authentication", protocol: "core" });
    }
    if (luck < 0.16) return new MailError("bad certificate", { code: "tls", protocol: "core" });
    return luck < 0.2 ? "hang" : undefined;
  }

  #enter(key: PoolKey): void {
    this.total += 1;
    count(this.perKey, key.id, 1);
    if (this.total > this.#limits.maxTotal) this.violations.push("I2: more connections than maxTotal");
    const ofKey = this.perKey.get(key.id) ?? 0;
    if (ofKey > this.#limits.maxPerKey) this.violations.push("I2: more connections than maxPerKey");
  }

  #leave(key: PoolKey): void {
    this.total -= 1;
    count(this.perKey, key.id, -1);
  }
}

function count(counts: Map<string, number>, id: string, by: number): void {
  counts.set(id, (counts.get(id) ?? 0) + by);
}
