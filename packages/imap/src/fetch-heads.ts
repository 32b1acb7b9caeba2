import { isMailError } from "@mailwright/core";
import { type FetchOptions, type FetchRow, fetchRows } from "./fetch-rows.js";
import type { MessagesQuery } from "./imap-message.js";
import type { ImapSession } from "./imap-session.js";
import { headItems } from "./message-items.js";

const plainSessions = new WeakSet<ImapSession>();

/**
 * Fetches everything but bodies.
 *
 * QUIRK: some servers announce extensions whose FETCH items they refuse with BAD (OBJECTID without
 * THREADID, say). They are then asked for the items of RFC 3501 alone, for as long as the session lasts.
 */
export async function fetchHeads(
  session: ImapSession,
  set: string,
  query: MessagesQuery,
  options: FetchOptions,
): Promise<Map<number, FetchRow>> {
  const isPlain = plainSessions.has(session);
  try {
    return await fetchRows(session, set, headItems(session, query, !isPlain), options);
  } catch (error) {
    const isRefused = isMailError(error) && error.code === "protocol" && !error.connectionBroken;
    if (isPlain || !isRefused) throw error;
    plainSessions.add(session);
    return fetchRows(session, set, headItems(session, query, false), options);
  }
}
