import { abortError, type MailError, onAbort } from "@mailwright/core";
import type { TransactionTimer } from "../transaction/transaction-timer.js";

/** What ends the waiting for a command besides its answer. */
export interface CommandLimits {
  readonly signal: AbortSignal;
  readonly timer?: TransactionTimer | undefined;
  /** Called when the caller or the clock gives up; the command is still under way then. */
  readonly onGivenUp: () => void;
}

/** Called when a command has ended: with what failed, or with nothing. */
export type Done = (error: unknown) => void;

/** Runs what calls back, such that every command settles when the connection fails or the caller gives up. */
export class CommandRunner {
  readonly #underWay = new Set<Done>();

  /** The connection has failed: nothing under way will be answered. */
  fail(error: unknown): void {
    for (const settle of [...this.#underWay]) settle(error);
  }

  run(start: (done: Done) => void, limits: CommandLimits): Promise<void> {
    const { signal, timer, onGivenUp } = limits;
    return new Promise<void>((resolve, reject) => {
      let stopListening = (): void => {};
      const settle = (error: unknown): void => {
        stopListening();
        if (timer !== undefined) timer.onExpired = () => {};
        this.#underWay.delete(settle);
        if (error === undefined || error === null) resolve();
        else reject(error);
      };
      const giveUp = (error: MailError): void => {
        settle(error);
        onGivenUp();
      };
      this.#underWay.add(settle);
      if (timer !== undefined) timer.onExpired = giveUp;
      stopListening = onAbort(signal, () => giveUp(abortError(signal, "smtp")));
      if (!signal.aborted) start(settle);
    });
  }
}
