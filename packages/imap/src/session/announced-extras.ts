import { isMailError } from "@mailwright/core";
import type { ImapSession } from "./imap-session.js";

/** The commands whose extras a server has refused. */
const refusedExtras = new WeakMap<ImapSession, Set<string>>();

/** Whether a command is asked for what extensions add to it. */
export function hasExtras(session: ImapSession, command: string): boolean {
  return refusedExtras.get(session)?.has(command) !== true;
}

/**
 * Runs a command with what the extensions that a server announces add to it. QUIRK: some announce items that they refuse
 * with BAD (OBJECTID without THREADID, say). They are then asked for those of RFC 3501 alone, for as long as the session
 * lasts.
 */
export async function withExtras<T>(
  session: ImapSession,
  command: string,
  run: (withExtras: boolean) => Promise<T>,
): Promise<T> {
  const isFull = hasExtras(session, command);
  try {
    return await run(isFull);
  } catch (error) {
    const isRefused = isMailError(error) && error.code === "protocol" && !error.connectionBroken;
    if (!isFull || !isRefused) throw error;
    const refused = refusedExtras.get(session) ?? new Set<string>();
    refusedExtras.set(session, refused.add(command));
    return run(false);
  }
}
