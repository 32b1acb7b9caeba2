import { isMailError, MailError } from "../../errors/mail-error.js";

/** For everyone who asks a closed pool, or waited when it closed. */
export function poolClosed(): MailError {
  return new MailError("The connection pool is closed", {
    code: "closed",
    protocol: "core",
    phase: "acquire",
  });
}

/** For a caller over `maxWaiting`. */
export function tooManyWaiting(waiting: number): MailError {
  return new MailError(`${waiting} callers wait for a connection already (maxWaiting)`, {
    code: "limit",
    protocol: "core",
    phase: "acquire",
    retryable: true,
  });
}

/** For a caller whose time is up; `cause` is why no connection could be opened meanwhile, if that was it. */
export function acquireTimeout(timeoutMs: number, cause: MailError | undefined): MailError {
  const why = cause === undefined ? "" : `; the last attempt to open one failed: ${cause.message}`;
  return new MailError(`No connection became free within ${timeoutMs} ms${why}`, {
    code: "timeout",
    protocol: "core",
    phase: "acquire",
    retryable: true,
    server: cause?.server,
    cause,
  });
}

/** What a factory threw, as the error that the pool can act on. */
export function toPoolError(thrown: unknown): MailError {
  if (isMailError(thrown)) return thrown;
  return new MailError("Opening a connection failed", {
    code: "connection",
    protocol: "core",
    phase: "connect",
    cause: thrown,
  });
}
