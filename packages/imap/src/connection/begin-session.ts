import { isMailError } from "@mailwright/core";
import { identify } from "../session/identify.js";
import type { ImapSession } from "../session/imap-session.js";
import { atom } from "../wire/wire-argument.js";

/**
 * What comes between the login and the first use. A login counts when a command after it is answered; the fresh
 * capabilities are used from then on: servers may change them by the login. CONDSTORE is switched on where there is
 * ENABLE, compression where it is wanted.
 */
export async function beginSession(
  session: ImapSession,
  isCompressed: boolean,
  signal: AbortSignal,
): Promise<void> {
  await session.command("CAPABILITY", [], { signal, phase: "auth" });
  if (session.can("ID")) {
    session.serverInfo = (await optional(identify(session, signal))) ?? {};
  }
  if (session.can("ENABLE") && session.can("CONDSTORE")) {
    await optional(session.command("ENABLE", [atom("CONDSTORE")], { signal }));
  }
  if (isCompressed && session.can("COMPRESS=DEFLATE")) {
    await optional(session.command("COMPRESS", [atom("DEFLATE")], { signal }));
  }
}

/** What a server may refuse without a loss. */
async function optional<T>(command: Promise<T>): Promise<T | undefined> {
  try {
    return await command;
  } catch (error) {
    if (isMailError(error) && error.connectionBroken) throw error;
    return undefined;
  }
}
