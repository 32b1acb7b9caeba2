import { MailError, type MailErrorCode, type MailErrorDetails } from "../../src/errors/mail-error.js";
import type { Logger } from "../../src/observe/logger.js";
import { ConnectionPool } from "../../src/pool/connection-pool.js";
import type { PoolKey } from "../../src/pool/contract/pool-key.js";
import type { PoolLimits } from "../../src/pool/contract/pool-limits.js";
import { FakeClock } from "./fake-clock.js";

export interface TestConnection {
  readonly id: string;
  readonly key: PoolKey;
  folder: string;
  isClean: boolean;
  /** The server hangs up. */
  drop: () => void;
}

export function keyOf(user: string, host = "mail.example:993"): PoolKey {
  return { id: `${host}:${user}`, host, label: `${host}:${user}` };
}

export function refusal(code: MailErrorCode, details: Partial<MailErrorDetails> = {}): MailError {
  const retryable = code === "connection" || code === "throttled";
  return new MailError(`the server said ${code}`, { code, protocol: "core", retryable, ...details });
}

/** A pool on a fake clock over connections that a test can watch and break. */
export class TestConnections {
  readonly clock = new FakeClock();
  readonly pool: ConnectionPool<TestConnection>;
  readonly open = new Set<TestConnection>();
  readonly dials: { readonly id: string; readonly at: number }[] = [];
  readonly checked: string[] = [];
  readonly closed: string[] = [];
  dialMs = 10;
  checkMs = 10;
  closeMs = 0;
  /** Heeds it when its time for closing is over. */
  canBeCut = true;
  dialing = 0;
  peak = 0;
  /** Refuses a dial, told how many connections there are. */
  refuse: (key: PoolKey, open: number) => unknown = () => undefined;
  isUsable: (connection: TestConnection) => boolean | Promise<boolean> = () => true;

  constructor(limits: PoolLimits = {}, options: { logger?: Logger; random?: () => number } = {}) {
    const factory = {
      open: (key: PoolKey, signal: AbortSignal, id: string) => this.#dial(key, signal, id),
      isUsable: async (connection: TestConnection) => {
        this.checked.push(connection.id);
        await this.#wait(this.checkMs);
        return this.isUsable(connection);
      },
      close: async (connection: TestConnection, signal: AbortSignal) => {
        const cut = new Promise<void>((resolve) => {
          if (!this.canBeCut) return;
          if (signal.aborted) resolve();
          else signal.addEventListener("abort", () => resolve());
        });
        await Promise.race([this.#wait(this.closeMs), cut]);
        this.open.delete(connection);
        this.closed.push(connection.id);
      },
      isClean: (connection: TestConnection) => connection.isClean,
      onClosed: (connection: TestConnection, listener: () => void) => {
        connection.drop = listener;
      },
    };
    this.pool = new ConnectionPool(factory, limits, { clock: this.clock, random: () => 0, ...options });
  }

  async #dial(key: PoolKey, signal: AbortSignal, id: string): Promise<TestConnection> {
    this.dials.push({ id, at: this.clock.now() });
    this.dialing += 1;
    this.peak = Math.max(this.peak, this.open.size + this.dialing);
    try {
      await new Promise<void>((resolve, reject) => {
        const cancel = this.clock.schedule(this.dialMs, resolve);
        signal.addEventListener("abort", () => {
          cancel();
          reject(signal.reason);
        });
      });
    } finally {
      this.dialing -= 1;
    }
    const error = this.refuse(key, this.open.size);
    if (error !== undefined) throw error;
    const connection = { id, key, folder: "", isClean: true, drop: () => {} };
    this.open.add(connection);
    return connection;
  }

  #wait(delayMs: number): Promise<void> {
    return delayMs === 0
      ? Promise.resolve()
      : new Promise((resolve) => this.clock.schedule(delayMs, resolve));
  }
}
