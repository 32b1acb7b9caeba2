import { MailError } from "@mailwright/core";
import type { ImapSession } from "../session/imap-session.js";
import type { SyncStrategy } from "./sync-options.js";
import type { SyncState } from "./sync-state.js";

/**
 * How the changes of a folder are to be found, by what the server offers and has been found to do. Rejects with
 * `"unsupported"` what was pinned and is not offered.
 */
export function chooseStrategy(
  session: ImapSession,
  { doubts, uidValidity }: SyncState,
  pinned: SyncStrategy | undefined,
): SyncStrategy {
  const hasQresync = session.can("QRESYNC") && session.can("ENABLE");
  const hasCondstore = session.can("CONDSTORE") || session.can("QRESYNC");
  if (pinned !== undefined) {
    const isOffered = pinned === "plain" || (pinned === "qresync" ? hasQresync : hasCondstore);
    if (!isOffered) throw unsupported(session, pinned);
    return pinned;
  }
  if (doubts.has("uidvalidity") || doubts.has("condstore") || !hasCondstore) return "plain";
  return hasQresync && uidValidity !== undefined && !doubts.has("qresync") ? "qresync" : "condstore";
}

/** The error for a strategy that was pinned and that the server, or this mailbox of it, has not. */
export function unsupported(session: ImapSession, strategy: SyncStrategy): MailError {
  const message = `The server has no ${strategy.toUpperCase()} for this folder`;
  const { connectionId } = session;
  return new MailError(message, { code: "unsupported", protocol: "imap", phase: "sync", connectionId });
}
