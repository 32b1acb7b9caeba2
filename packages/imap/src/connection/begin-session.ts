import { isMailError } from "@mailwright/core";
import { allSettled } from "../session/all-settled.js";
import { identify } from "../session/identify.js";
import type { ImapSession } from "../session/imap-session.js";
import { atom } from "../wire/wire-argument.js";

/**
 * What comes between the login and the first use. A login counts when a command after it is answered; the fresh
 * capabilities are used from then on: servers may change them by the login. CONDSTORE is switched on where there is
 * ENABLE, compression where it is wanted. One round trip where the login has told the capabilities.
 */
export async function beginSession(
  session: ImapSession,
  { isCompressed, hasToldCapabilities, signal }: BeginOptions,
): Promise<void> {
  const confirmation = session.command("CAPABILITY", [], { signal, phase: "auth", overlap: "begin" });
  if (!hasToldCapabilities) await confirmation;
  const introduction = async (): Promise<void> => {
    if (session.can("ID")) session.serverInfo = (await optional(identify(session, signal))) ?? {};
  };
  const extension = async (): Promise<void> => {
    if (!session.can("ENABLE") || !session.can("CONDSTORE")) return;
    await optional(session.command("ENABLE", [atom("CONDSTORE")], { signal, overlap: "begin" }));
  };
  await allSettled<unknown>([confirmation, introduction(), extension()]);
  if (isCompressed && session.can("COMPRESS=DEFLATE")) {
    await optional(session.command("COMPRESS", [atom("DEFLATE")], { signal }));
  }
}

/** How a session begins. */
export interface BeginOptions {
  readonly isCompressed: boolean;
  /** The server's answer to the login named them: they hold from then on. */
  readonly hasToldCapabilities: boolean;
  readonly signal: AbortSignal;
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
