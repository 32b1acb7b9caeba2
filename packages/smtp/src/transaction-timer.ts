import { MailError } from "@mailwright/core";
import type { SmtpErrorContext } from "./smtp-error.js";
import type { ResolvedSmtpTimeouts } from "./smtp-options.js";
import type { TransactionPhase } from "./transaction.js";

const BYTES_PER_SECOND = 16 * 1024;

/** Bounds each phase of a transaction by the wall clock, whatever trickles in meanwhile. */
export class TransactionTimer {
  onExpired: (error: MailError) => void = () => {};
  hasExpired = false;
  readonly #timeouts: ResolvedSmtpTimeouts;
  readonly #sizeBytes: number;
  readonly #context: SmtpErrorContext;
  #group: "envelopeMs" | "bodyMs" | "dataEndMs" | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(timeouts: ResolvedSmtpTimeouts, sizeBytes: number, context: SmtpErrorContext) {
    this.#timeouts = timeouts;
    this.#sizeBytes = sizeBytes;
    this.#context = context;
  }

  enter(phase: TransactionPhase): void {
    if (phase === "done") return this.stop();
    const group = phase === "body" ? "bodyMs" : phase === "data-end" ? "dataEndMs" : "envelopeMs";
    if (group === this.#group) return;
    this.stop();
    this.#group = group;
    const extraMs = group === "bodyMs" ? (this.#sizeBytes / BYTES_PER_SECOND) * 1_000 : 0;
    const timeoutMs = this.#timeouts[group] + extraMs;
    if (timeoutMs >= 2 ** 31) return;
    this.#timer = setTimeout(() => this.#expire(phase, timeoutMs), timeoutMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#group = undefined;
  }

  #expire(phase: TransactionPhase, timeoutMs: number): void {
    this.hasExpired = true;
    const { connectionId } = this.#context;
    const message = `No complete answer within ${Math.round(timeoutMs)} ms (${phase})`;
    const details = { code: "timeout", protocol: "smtp", phase, connectionId } as const;
    this.onExpired(
      new MailError(message, { ...details, connectionBroken: true, retryable: phase !== "data-end" }),
    );
  }
}
