import type { MailError } from "@mailwright/core";

/** A connection that lived so long was a good one: the next back-off begins anew. */
export const LASTING_MS = 60_000;
/** How long logins may be refused without a reason to a watch that has been logged in before. */
const BORNE_MS = 600_000;

/** Decides which failures a watch goes on after. */
export class Patience {
  #refusedSince: number | undefined;

  /** The server has let the watch in. */
  relieved(): void {
    this.#refusedSince = undefined;
  }

  /** Whether it is to be tried again. What has worked before is not over by a refusal without a reason, for a while. */
  bears(error: MailError, hasWorked: boolean): boolean {
    if (hasWorked && isUnexplained(error)) this.#refusedSince ??= performance.now();
    else this.#refusedSince = undefined;
    const isBorne = this.#refusedSince !== undefined && performance.now() - this.#refusedSince < BORNE_MS;
    return isBorne || isPassing(error);
  }
}

/**
 * QUIRK: a server whose back end is away refuses logins as it does wrong passwords, but for the code that says so
 * (RFC 5530 §3, AUTHENTICATIONFAILED). What has worked is not over by that; the pool keeps the tries far apart.
 */
function isUnexplained({ code, server }: MailError): boolean {
  return code === "authentication" && server !== undefined && server.code === undefined;
}

/** What a new connection may mend. */
function isPassing(error: MailError): boolean {
  if (error.code === "authentication" || error.code === "forbidden" || error.code === "tls") return false;
  return error.retryable || error.connectionBroken;
}
