import { MailError } from "../errors/mail-error.js";
import { LinkedList, LinkedNode } from "../linked-list.js";
import { abortError, onAbort, throwIfAborted } from "../time/abort.js";
import { type Clock, systemClock } from "../time/clock.js";
import { RateWindow } from "./rate-window.js";

/** How much may happen in how much time. */
export interface RateLimit {
  /** At most this many in any span of `intervalMs`, wherever it begins; `Infinity` for no limit. */
  readonly limit: number;
  readonly intervalMs: number;
  /** How many of them may come at once; the others follow evenly spaced. @defaultValue `limit` */
  readonly burst?: number | undefined;
}

interface Turn {
  readonly count: number;
  readonly start: () => void;
}

/**
 * Keeps a stream of actions (messages, recipients) under a server's rate limit. Callers are let
 * through first come, first served; nothing runs and no timer is set while nobody waits.
 */
export class RateLimiter {
  readonly #limit: number;
  readonly #intervalMs: number;
  readonly #burst: number;
  readonly #clock: Clock;
  readonly #line = new LinkedList<Turn>();
  readonly #window: RateWindow;
  /** When the burst allowance is whole again; each grant moves it on. */
  #fullAt = Number.NEGATIVE_INFINITY;
  #pausedUntil = Number.NEGATIVE_INFINITY;
  #slowness = 1;
  #slowedAt = 0;
  #cancelTimer: (() => void) | undefined;

  /** Throws `"invalid-argument"` unless limit, interval and burst are at least 1. */
  constructor(rate: RateLimit, clock: Clock = systemClock) {
    const { limit, intervalMs, burst = limit } = rate;
    for (const [name, value] of Object.entries({ limit, intervalMs, burst })) {
      if (!(value >= 1)) throw invalid(`rate.${name} must be at least 1`);
    }
    this.#limit = limit;
    this.#intervalMs = intervalMs;
    this.#burst = Math.min(burst, limit);
    this.#window = new RateWindow(intervalMs);
    this.#clock = clock;
  }

  /** Callers in line. */
  get waiting(): number {
    return this.#line.size;
  }

  /** The limit in force: the one given, or less after {@link slowDown}. */
  get currentLimit(): number {
    this.#recover(this.#clock.now());
    return Math.max(1, this.#limit / this.#slowness);
  }

  /**
   * Waits for its turn; rejects with `"aborted"` as soon as the signal fires, and with
   * `"invalid-argument"` for a count that no interval holds.
   */
  async take(count = 1, options: { readonly signal?: AbortSignal | undefined } = {}): Promise<void> {
    const { signal } = options;
    throwIfAborted(signal, "core", "rate-limit");
    if (!(count >= 0 && count <= this.#limit))
      throw invalid(`${count} never fit into a limit of ${this.#limit}`);
    if (this.#line.size === 0 && this.#grant(count, this.#clock.now()) === undefined) return;
    await new Promise<void>((resolve, reject) => {
      const start = (): void => {
        stopListening();
        resolve();
      };
      const place = new LinkedNode<Turn>({ count, start });
      this.#line.append(place);
      const stopListening = onAbort(signal, () => {
        this.#line.remove(place);
        if (signal !== undefined) reject(abortError(signal, "core", "rate-limit"));
        this.#serve();
      });
      this.#serve();
    });
  }

  /**
   * For a server that says "slow down": nothing passes for `pauseMs`, then the limit is divided by
   * `factor` and doubles back with every interval that passes without another call.
   */
  slowDown(
    options: { readonly pauseMs?: number | undefined; readonly factor?: number | undefined } = {},
  ): void {
    const { pauseMs = 0, factor = 2 } = options;
    const now = this.#clock.now();
    this.#recover(now);
    this.#pausedUntil = Math.max(this.#pausedUntil, now + pauseMs);
    this.#slowness = Math.min(Math.max(1, this.#slowness * factor), Math.max(1, this.#limit));
    this.#slowedAt = Math.max(this.#pausedUntil, now);
    this.#serve();
  }

  #serve(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    for (let place = this.#line.first; place !== undefined; place = this.#line.first) {
      const now = this.#clock.now();
      const waitMs = this.#grant(place.value.count, now);
      if (waitMs !== undefined) {
        this.#cancelTimer = this.#clock.schedule(Math.ceil(waitMs), () => this.#serve(), { keepAlive: true });
        return;
      }
      this.#line.remove(place);
      place.value.start();
    }
  }

  /** Grants and answers `undefined`, or answers how long to wait before asking again. */
  #grant(count: number, now: number): number | undefined {
    if (this.#limit === Number.POSITIVE_INFINITY && this.#pausedUntil <= now) return undefined;
    this.#recover(now);
    const limit = Math.max(1, this.#limit / this.#slowness);
    const burst = Math.min(this.#burst, limit);
    const spacingMs = this.#intervalMs / limit;
    const allowedAt = this.#fullAt - Math.max(0, burst - count) * spacingMs;
    const windowReadyAt = this.#window.readyAt(count, limit, now);
    const readyAt = Math.max(this.#pausedUntil, windowReadyAt, burst < limit ? allowedAt : now);
    if (readyAt > now) return readyAt - now;
    this.#fullAt = Math.max(this.#fullAt, now) + count * spacingMs;
    this.#window.add(count, now);
    return undefined;
  }

  #recover(now: number): void {
    while (this.#slowness > 1 && now - this.#slowedAt >= this.#intervalMs) {
      this.#slowness = Math.max(1, this.#slowness / 2);
      this.#slowedAt += this.#intervalMs;
    }
  }
}

function invalid(message: string): MailError {
  return new MailError(message, { code: "invalid-argument", protocol: "core" });
}
