import { isMailError, type MailErrorCode } from "@mailwright/core";
import { UsageError } from "./usage-error.js";

const ADVICE: Partial<Record<MailErrorCode, string>> = {
  authentication: "check the user name and the password; many providers want an app password or a token",
  connection: "check the host and the port",
  dns: "check the host name",
  timeout: "check the host and the port, or try again later",
  throttled: "wait a while, and have fewer clients connect at once",
  busy: "another program has the mailbox open; try again when it is done",
};

/** One line for a person: what went wrong and what to do about it. Never a stack trace. */
export function explainError(error: unknown): string {
  if (error instanceof UsageError) return error.message;
  if (!isMailError(error)) return error instanceof Error ? error.message : String(error);
  const { protocol, phase, code, message } = error;
  const where = phase === undefined ? protocol.toUpperCase() : `${protocol.toUpperCase()} ${phase}`;
  const advice = ADVICE[code];
  const line = `${where}: ${message} [${code}]${advice === undefined ? "" : ` – ${advice}`}`;
  return line.replaceAll(/\p{Cc}+/gu, " ");
}
