import { isMailError } from "@mailwright/core";
import { allSettled } from "../session/all-settled.js";
import { withExtras } from "../session/announced-extras.js";
import { identify } from "../session/identify.js";
import type { ImapSession } from "../session/imap-session.js";
import { atom, type WireArgument } from "../wire/wire-argument.js";

/**
 * What comes between the login and the first use. A login counts when a command after it is answered; the fresh
 * capabilities are used from then on: servers may change them by the login. MODSEQs and UTF-8 are switched on where there
 * is ENABLE, compression where it is wanted. One round trip where the login has told the capabilities.
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
    const wanted = EXTENSIONS.filter((name) => session.can(name)).map(atom);
    if (!session.can("ENABLE") || wanted.length === 0) return;
    const enable = (words: readonly WireArgument[]): Promise<unknown> =>
      session.command("ENABLE", words, { signal, overlap: "begin" });
    await optional(withExtras(session, "ENABLE", (isFull) => enable(isFull ? wanted : wanted.slice(0, 1))));
  };
  await allSettled<unknown>([confirmation, introduction(), extension()]);
  if (isCompressed && session.can("COMPRESS=DEFLATE")) {
    await optional(session.command("COMPRESS", [atom("DEFLATE")], { signal }));
  }
}

/** Not IMAP4rev2: a server that speaks both has all of it in IMAP4rev1 too, and there also what became of it. */
const EXTENSIONS = ["CONDSTORE", "UTF8=ACCEPT"] as const;

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
