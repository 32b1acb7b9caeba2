import { MailError, type OperationOptions } from "@mailwright/core";
import { requireKnownNames } from "@mailwright/core/internal";

/**
 * Checks the options of one call, which callers without types may have misspelt: a deadline or a condition would
 * silently not hold. Throws `"invalid-argument"`. Answers with what all calls have in common.
 */
export function checkOperation(options: OperationOptions, ...own: readonly string[]): OperationOptions {
  requireKnownNames(options, ["signal", "timeoutMs", ...own], { option: "", protocol: "imap" });
  const { signal, timeoutMs } = options;
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw invalid("signal must be an AbortSignal");
  const isTime = timeoutMs === undefined || (typeof timeoutMs === "number" && timeoutMs > 0);
  if (!isTime) throw invalid("timeoutMs must be a number of milliseconds above 0");
  return { signal, timeoutMs };
}

function invalid(message: string): MailError {
  return new MailError(message, { code: "invalid-argument", protocol: "imap" });
}
