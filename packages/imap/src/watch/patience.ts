import type { MailError } from "@mailwright/core";

/** A connection that lived so long was a good one: the next back-off begins anew. */
export const LASTING_MS = 60_000;
/** How long logins may be refused without a reason to a watch that has been logged in before. */
const REFUSED_LOGIN_MS = 600_000;
/**
 * How long a folder may not open, without a reason, to a watch that had it open.
 * QUIRK: Courier refuses one that another session makes at this moment, in the words that it has for one that is gone.
 */
const REFUSED_FOLDER_MS = 10_000;

/** Decides which failures a watch goes on after. */
export class Patience {
  #refusedSince: number | undefined;

  /** The server has let the watch in. */
  relieved(): void {
    this.#refusedSince = undefined;
  }

  /** Whether it is to be tried again. What has worked before is not over by a refusal without a reason, for a while. */
  bears(error: MailError, hasWorked: boolean): boolean {
    const patienceMs = hasWorked ? borneMs(error) : 0;
    if (patienceMs > 0) this.#refusedSince ??= performance.now();
    else this.#refusedSince = undefined;
    const isBorne = this.#refusedSince !== undefined && performance.now() - this.#refusedSince < patienceMs;
    return isBorne || isPassing(error);
  }
}

/**
 * For how long what has worked is not over by this refusal.
 * QUIRK: a server whose back end is away refuses logins as it does wrong passwords, but for the code that says so
 * (RFC 5530 §3, AUTHENTICATIONFAILED); the pool keeps the tries far apart.
 */
function borneMs({ code, phase, server }: MailError): number {
  if (server === undefined || server.code !== undefined) return 0;
  if (code === "authentication") return REFUSED_LOGIN_MS;
  return code === "rejected" && phase === "select" ? REFUSED_FOLDER_MS : 0;
}

/** What a new connection may mend. */
function isPassing(error: MailError): boolean {
  if (error.code === "authentication" || error.code === "forbidden" || error.code === "tls") return false;
  return error.retryable || error.connectionBroken;
}
