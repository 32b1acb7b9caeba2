import type { Socket } from "node:net";
import type { MailError } from "@mailwright/core";
import { abortError, onAbort } from "@mailwright/core/internal";
import type SMTPConnection from "nodemailer/lib/smtp-connection";
import type { TransactionTimer } from "../transaction/transaction-timer.js";

/** nodemailer looks its mechanisms up in upper case. */
const DIALOGUE = "MAILWRIGHT";

/** What ends the waiting for a call besides its answer. */
export interface CallLimits {
  readonly signal: AbortSignal;
  readonly timer?: TransactionTimer | undefined;
  /** Called when the caller or the clock gives up; the call is still under way then. */
  readonly onGivenUp?: (() => void) | undefined;
}

/** Called when a call has ended: with what failed, or with nothing. */
export type Done = (error: unknown) => void;

/**
 * Turns the callbacks of nodemailer's connection into promises that settle in any case.
 * QUIRK: nodemailer 10.6 never calls back from `connect()` or `login()` when the connection is closed or
 * lost meanwhile; it only emits `error` or `end`.
 */
export class NodemailerCalls<Connection extends SMTPConnection = SMTPConnection> {
  readonly connection: Connection;
  readonly #underWay = new Set<Done>();

  constructor(connection: Connection) {
    this.connection = connection;
    // Stays for good: an 'error' event without a listener would end the process.
    connection.on("error", (error: unknown) => this.#fail(error));
    connection.once("end", () =>
      this.#fail(Object.assign(new Error("Connection closed unexpectedly"), { code: "ECONNECTION" })),
    );
  }

  /** The socket, once there is one and as long as nodemailer has not let go of it. */
  get socket(): Socket | undefined {
    const { _socket: socket } = this.connection;
    return typeof socket === "object" && socket !== null ? socket : undefined;
  }

  /** Resolves when `start` calls back; rejects with what it calls back with, or when the connection ends. */
  run(start: (done: Done) => void, limits: CallLimits): Promise<void> {
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
        onGivenUp?.();
      };
      this.#underWay.add(settle);
      if (timer !== undefined) timer.onExpired = giveUp;
      stopListening = onAbort(signal, () => giveUp(abortError(signal, "smtp")));
      if (!signal.aborted) start(settle);
    });
  }

  /**
   * Holds a dialogue that nodemailer has no method for; `send` gives the reply to a line. Rejects with what the
   * dialogue throws. Of its lines nodemailer logs only the verb of AUTH.
   * QUIRK: nodemailer 10.6 lets no command through but by its hook for login mechanisms.
   */
  async converse(
    dialogue: (send: (line: string) => Promise<string>) => Promise<void>,
    limits: CallLimits,
  ): Promise<void> {
    let failure: { readonly thrown: unknown } | undefined;
    this.connection.customAuth.set(DIALOGUE, async ({ sendCommand }) => {
      try {
        await dialogue(async (line) => (await sendCommand(line)).response);
      } catch (thrown) {
        failure = { thrown };
        // Not what was thrown: nodemailer writes the server's words into the error that it is told of.
        throw new Error("The dialogue failed");
      }
    });
    try {
      await this.run((done) => this.connection.login({ method: DIALOGUE }, done), limits);
    } catch (error) {
      throw failure === undefined ? error : failure.thrown;
    }
  }

  /** Ends the socket at once. */
  destroy(): void {
    const { socket } = this;
    this.connection.close();
    socket?.destroy();
  }

  /** The connection has failed: nothing under way will be answered. */
  #fail(error: unknown): void {
    for (const settle of [...this.#underWay]) settle(error);
  }
}
