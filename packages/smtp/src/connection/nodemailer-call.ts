import { abortError, onAbort } from "@mailwright/core";
import type SMTPConnection from "nodemailer/lib/smtp-connection";

/**
 * Turns a callback of nodemailer's connection into a promise that settles in any case.
 * QUIRK: nodemailer 10.6 never calls back from `connect()` or `login()` when the connection is closed or
 * lost meanwhile; it only emits `error` or `end`.
 */
export function runCommand(
  connection: SMTPConnection,
  signal: AbortSignal,
  start: (done: (error: unknown) => void) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error: unknown): void => {
      stopListening();
      connection.off("error", settle).off("end", onEnd);
      if (error === undefined || error === null) resolve();
      else reject(error);
    };
    const onEnd = (): void =>
      settle(Object.assign(new Error("Connection closed unexpectedly"), { code: "ECONNECTION" }));
    connection.on("error", settle).once("end", onEnd);
    const stopListening = onAbort(signal, () => settle(abortError(signal, "smtp")));
    if (!signal.aborted) start(settle);
  });
}
