import { type Clock, systemClock } from "@mailwright/core";

/**
 * Watches the answer that is next in line: it has a time to be complete, and the server may not fall
 * silent. One timer for however many commands; it stands still while the caller holds the stream up.
 */
export class ReplyDeadline {
  readonly #stallMs: number;
  readonly #expired: (limitMs: number) => void;
  readonly #clock: Clock;
  #limitMs = 0;
  #expiresAt = 0;
  #heardAt = 0;
  #pausedAt: number | undefined;
  #isRunning = false;
  #cancel: (() => void) | undefined;
  #firesAt = 0;

  constructor(stallMs: number, expired: (limitMs: number) => void, clock: Clock = systemClock) {
    this.#stallMs = stallMs;
    this.#expired = expired;
    this.#clock = clock;
  }

  /** The answer now next in line has `limitMs`. */
  start(limitMs: number): void {
    const now = this.#clock.now();
    this.#isRunning = true;
    this.#limitMs = limitMs;
    this.#expiresAt = now + limitMs;
    this.#heardAt = now;
    if (this.#pausedAt !== undefined) this.#pausedAt = now;
    else if (this.#cancel === undefined || this.#due() < this.#firesAt) this.#arm(now);
  }

  /** Something came from the server. */
  heard(): void {
    this.#heardAt = this.#clock.now();
  }

  /** No answer is due. */
  stop(): void {
    this.#isRunning = false;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  pause(): void {
    this.#pausedAt ??= this.#clock.now();
    this.#cancel?.();
    this.#cancel = undefined;
  }

  resume(): void {
    if (this.#pausedAt === undefined) return;
    const now = this.#clock.now();
    this.#expiresAt += now - this.#pausedAt;
    this.#heardAt = now;
    this.#pausedAt = undefined;
    if (this.#isRunning) this.#arm(now);
  }

  #due(): number {
    return Math.min(this.#expiresAt, this.#heardAt + this.#stallMs);
  }

  #arm(now: number): void {
    this.#cancel?.();
    this.#firesAt = this.#due();
    const delayMs = Math.max(1, this.#firesAt - now);
    this.#cancel = this.#clock.schedule(delayMs, () => this.#check(), { keepAlive: true });
  }

  #check(): void {
    this.#cancel = undefined;
    const now = this.#clock.now();
    if (now >= this.#expiresAt) this.#expired(this.#limitMs);
    else if (now >= this.#heardAt + this.#stallMs) this.#expired(this.#stallMs);
    else this.#arm(now);
  }
}
