import { isMailError } from "@mailwright/core";
import type { StoredError } from "../db/schema/accounts.js";

/** What a person is told of a failure that is no mail server's. */
export const PROGRAM_FAILED = { code: "internal", message: "The program failed; see its log" } as const;

/** A failure as a line of the log has it. */
export function describeFailure(error: unknown) {
  if (isMailError(error)) {
    const { code, message, phase, connectionId } = error;
    return { code, reason: message, phase, connectionId };
  }
  // What a statement of the database carries stays out of the log.
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return { code: PROGRAM_FAILED.code, reason: cause instanceof Error ? cause.message : "unknown" };
}

/** A failure as a person reads it in the row that it is about. */
export function toStoredError(error: unknown, at: Date): StoredError {
  if (!isMailError(error)) return { ...PROGRAM_FAILED, at: at.toISOString() };
  const { code, message, phase, server } = error;
  return { code, message, phase, server: server?.text, at: at.toISOString() };
}
