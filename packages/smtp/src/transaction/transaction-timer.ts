import { MailError } from "@mailwright/core";
import type { SmtpErrorContext } from "../smtp-error.js";
import type { ResolvedSmtpTimeouts } from "../smtp-limits.js";
import type { TransactionPhase } from "./transaction-replies.js";

const MAX_TIMER_MS = 2 ** 31 - 1;

/** Bounds each phase of a transaction by the wall clock, whatever trickles in meanwhile, and a body by its standing still. */
export class TransactionTimer {
  onExpired: (error: MailError) => void = () => {};
  hasExpired = false;
  readonly #timeouts: ResolvedSmtpTimeouts;
  readonly #context: SmtpErrorContext;
  #group: "envelopeMs" | "bodyMs" | "dataEndMs" | undefined;
  #phase: TransactionPhase = "mail";
  #timeoutMs = 0;
  #expiresAt = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(timeouts: ResolvedSmtpTimeouts, context: SmtpErrorContext) {
    this.#timeouts = timeouts;
    this.#context = context;
  }

  enter(phase: TransactionPhase): void {
    if (phase === "done") return this.stop();
    const group = phase === "body" ? "bodyMs" : phase === "data-end" ? "dataEndMs" : "envelopeMs";
    if (group === this.#group) return;
    this.#group = group;
    this.#phase = phase;
    this.#timeoutMs = this.#timeouts[group];
    this.#expiresAt = performance.now() + this.#timeoutMs;
    // Most transactions are over before the shortest of the limits: one timer does for all phases.
    if (this.#timer === undefined) this.#arm(Math.min(...Object.values(this.#timeouts)));
  }

  /** A piece of the body has left: over a line that is slow it may take as long as it takes. */
  progress(): void {
    if (this.#group === "bodyMs") this.#expiresAt = performance.now() + this.#timeoutMs;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#group = undefined;
  }

  #arm(delayMs: number): void {
    this.#timer = setTimeout(
      () => {
        const leftMs = this.#expiresAt - performance.now();
        if (leftMs <= 0) this.#expire();
        else this.#arm(leftMs);
      },
      Math.min(Math.ceil(delayMs), MAX_TIMER_MS),
    );
  }

  #expire(): void {
    this.hasExpired = true;
    const { connectionId } = this.#context;
    const phase = this.#phase;
    const wait = `within ${Math.round(this.#timeoutMs)} ms (${phase})`;
    const message =
      phase === "body" ? `The server took nothing of the body ${wait}` : `No complete answer ${wait}`;
    const details = { code: "timeout", protocol: "smtp", phase, connectionId } as const;
    this.onExpired(
      new MailError(message, { ...details, connectionBroken: true, retryable: phase !== "data-end" }),
    );
  }
}
