import { MailError } from "@mailwright/core";
import { command, exchange } from "../connection/exchange.js";
import type { Pop3Connection } from "../connection/pop3-connection.js";
import type { Pop3Wire } from "../connection/pop3-wire.js";
import { fromRefusal } from "../pop3-error.js";
import { createCommand } from "../wire/pop3-command.js";

/** How long a session without deletions waits for its good-bye. */
const FAREWELL_MS = 5_000;
/** How long one with deletions waits for the server to hang up, which it does at once as a rule. */
const LAST_WORD_MS = 1_000;

/**
 * Ends a session by `QUIT`, which carries out its deletions (RFC 1939 §6). Resolves when they are; rejects
 * when they are not, with `"unknown-outcome"` if the server may have carried out some. Without deletions
 * there is nothing to lose, and it always resolves.
 */
export async function commitSession(
  { wire, account, offer }: Pop3Connection,
  deletions: number,
): Promise<void> {
  const { broken } = wire;
  if (broken !== undefined) {
    if (deletions > 0) throw notCommitted(broken, deletions);
    return;
  }
  const limitMs =
    deletions > 0 ? account.timeouts.commitMs : Math.min(account.timeouts.commandMs, FAREWELL_MS);
  try {
    const { status } = await exchange(wire, createCommand("QUIT"), { limitMs });
    if (status.kind === "ok") offer.keep();
    if (deletions === 0) return;
    if (status.kind === "error") throw fromRefusal(status, wire.context("quit"));
    await requireLastWord(wire);
  } catch (error) {
    if (deletions > 0) throw unknownOutcome(error, deletions);
  }
}

/**
 * A server that says more after its good-bye gave one reply too many before, and what looked like the answer to `QUIT`
 * was the one to an earlier command.
 */
async function requireLastWord(wire: Pop3Wire): Promise<void> {
  const end = await wire.finish(LAST_WORD_MS);
  if (end?.server !== undefined || end?.code === "protocol" || end?.code === "limit") throw end;
}

/** Takes deletions back where there may be some, and lets go of the mailbox; never rejects. */
export async function abandonSession({ wire, offer }: Pop3Connection, mayDelete: boolean): Promise<void> {
  if (wire.broken !== undefined) return;
  try {
    if (mayDelete) await command(wire, createCommand("RSET"), { limitMs: FAREWELL_MS });
    await command(wire, createCommand("QUIT"), { limitMs: FAREWELL_MS });
    offer.keep();
  } catch {
    // Without QUIT nothing is deleted, so that closing the connection says the same.
  }
}

function notCommitted(cause: MailError, deletions: number): MailError {
  const { code, retryable, connectionId, server } = cause;
  const message = `Deletions not committed: the session ended before QUIT, ${deletions} message(s) stay`;
  const details = {
    code,
    protocol: "pop3",
    phase: "quit",
    connectionId,
    server,
    connectionBroken: true,
  } as const;
  return new MailError(message, { ...details, retryable, cause });
}

function unknownOutcome(thrown: unknown, deletions: number): MailError {
  const cause = thrown instanceof MailError ? thrown : undefined;
  const message = `QUIT was not confirmed: ${deletions} message(s) may have been deleted, or some, or none`;
  const details = {
    code: "unknown-outcome",
    protocol: "pop3",
    phase: "quit",
    connectionBroken: true,
  } as const;
  return new MailError(message, {
    ...details,
    connectionId: cause?.connectionId,
    server: cause?.server,
    cause,
  });
}
