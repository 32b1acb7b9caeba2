import type { MailProtocol } from "../../errors/mail-error.js";
import { publishDiagnostic } from "../../observe/diagnostics.js";
import { onAbort } from "../../time/abort.js";
import type { Clock } from "../../time/clock.js";
import { type DeadlineOptions, withDeadline } from "../../time/deadline.js";
import type { ConnectionFactory } from "../contract/connection-factory.js";
import type { PoolKey } from "../contract/pool-key.js";
import { toPoolError } from "../state/pool-error.js";

const CHECK_TIMEOUT_MS = 5_000;
const LETTING_GO_MS = 5_000;

/**
 * The factory behind deadlines: every opening, check and closing settles, whatever the factory does,
 * and no connection that it makes too late is left open.
 */
export class GuardedFactory<C, K extends PoolKey> {
  readonly #factory: ConnectionFactory<C, K>;
  readonly #clock: Clock;
  readonly #openTimeoutMs: number;

  constructor(factory: ConnectionFactory<C, K>, clock: Clock, openTimeoutMs: number) {
    this.#factory = factory;
    this.#clock = clock;
    this.#openTimeoutMs = openTimeoutMs;
  }

  /** Rejects with a `MailError`, once the factory has let go or 5 s have passed. */
  async open(key: K, connectionId: string, signal: AbortSignal): Promise<C> {
    const since = this.#clock.now();
    let dialing: Promise<C> | undefined;
    const open = (inner: AbortSignal): Promise<C> => {
      dialing = this.#factory.open(key, inner, connectionId);
      return dialing;
    };
    try {
      const deadline = { signal, connectionId, retryable: true };
      const connection = await withDeadline(open, this.#deadline(this.#openTimeoutMs, "connect", deadline));
      this.#publishOpen(connectionId, since);
      return connection;
    } catch (thrown) {
      const error = toPoolError(thrown);
      this.#publishOpen(connectionId, since, error);
      if (dialing !== undefined) await this.#abandon(dialing);
      throw error;
    }
  }

  /** Whether the connection answered in time; an error is a no. */
  isUsable(connection: C, signal: AbortSignal): Promise<boolean> {
    const check = (inner: AbortSignal): Promise<boolean> => this.#factory.isUsable(connection, inner);
    const deadline = this.#deadline(CHECK_TIMEOUT_MS, "check", { signal });
    return withDeadline(check, deadline).catch(() => false);
  }

  /** Whether nothing unread and nothing in progress is on it; an error is a no. */
  isClean(connection: C): boolean {
    try {
      return this.#factory.isClean?.(connection) !== false;
    } catch {
      return false;
    }
  }

  /** A fault of the factory's is no reason to lose a connection: then it holds the process as before. */
  holdProcess(connection: C, isHeld: boolean): void {
    try {
      this.#factory.holdProcess?.(connection, isHeld);
    } catch {}
  }

  onClosed(connection: C, listener: () => void): void {
    this.#factory.onClosed?.(connection, listener);
  }

  /** Never rejects. Once the signal has fired, a factory that does not heed it is given up on after 5 s. */
  async close(connection: C, connectionId: string, reason: string, signal: AbortSignal): Promise<void> {
    const { protocol = "core" } = this.#factory;
    publishDiagnostic("mailwright:connection:close", () => ({ protocol, connectionId, reason }));
    await new Promise<void>((resolve) => {
      let cancel = (): void => {};
      let stopListening = (): void => {};
      const done = (): void => {
        cancel();
        stopListening();
        resolve();
      };
      const giveUp = (): void => {
        cancel = this.#clock.schedule(LETTING_GO_MS, done, { keepAlive: true });
      };
      stopListening = onAbort(signal, giveUp);
      this.#close(connection, signal).then(done, done);
    });
  }

  /** What a factory throws at once is as good as a rejection. */
  async #close(connection: C, signal: AbortSignal): Promise<void> {
    return this.#factory.close(connection, signal);
  }

  async #abandon(dialing: Promise<C>): Promise<void> {
    const closeLate = async (): Promise<void> => this.#factory.close(await dialing, AbortSignal.abort());
    await withDeadline(closeLate, this.#deadline(LETTING_GO_MS, "close")).catch(() => {});
  }

  #deadline(timeoutMs: number, phase: string, more: Partial<DeadlineOptions> = {}): DeadlineOptions {
    return { ...more, timeoutMs, phase, protocol: this.#protocol, clock: this.#clock };
  }

  get #protocol(): MailProtocol {
    return this.#factory.protocol ?? "core";
  }

  #publishOpen(connectionId: string, since: number, error?: ReturnType<typeof toPoolError>): void {
    publishDiagnostic("mailwright:connection:open", () => {
      const durationMs = this.#clock.now() - since;
      return { protocol: error?.protocol ?? this.#protocol, connectionId, durationMs, error };
    });
  }
}
