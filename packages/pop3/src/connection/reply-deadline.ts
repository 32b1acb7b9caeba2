import { type Clock, systemClock } from "@mailwright/core";

/** So many bytes within the time of an answer are worth as much time again. */
const PROGRESS_BYTES = 64 * 1024;
/** So often: a server that sends without end does not hold its caller for ever. */
const MAX_EXTENSIONS = 30;

/**
 * Watches the answer that is next in line: it has a time to be complete, which is given anew while a slow line brings
 * it on, and the server may not fall silent. One timer for however many commands; it stands still while the caller
 * holds the stream up.
 */
export class ReplyDeadline {
  readonly #stallMs: number;
  readonly #expired: (limitMs: number) => void;
  readonly #clock: Clock;
  #limitMs = 0;
  #expiresAt = 0;
  #heardAt = 0;
  #heardBytes = 0;
  #extensions = 0;
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
    this.#heardBytes = 0;
    this.#extensions = 0;
    if (this.#pausedAt !== undefined) this.#pausedAt = now;
    else if (this.#cancel === undefined || this.#due() < this.#firesAt) this.#arm(now);
  }

  /** So many bytes came from the server. */
  heard(bytes: number): void {
    this.#heardAt = this.#clock.now();
    this.#heardBytes += bytes;
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

  #extend(now: number): boolean {
    if (this.#heardBytes < PROGRESS_BYTES || this.#extensions >= MAX_EXTENSIONS) return false;
    this.#heardBytes = 0;
    this.#extensions++;
    this.#expiresAt = now + this.#limitMs;
    return true;
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
    if (now >= this.#expiresAt && !this.#extend(now)) this.#expired(this.#limitMs);
    else if (now >= this.#heardAt + this.#stallMs) this.#expired(this.#stallMs);
    else this.#arm(now);
  }
}
