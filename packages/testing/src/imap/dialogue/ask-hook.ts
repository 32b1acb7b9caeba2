import type { ImapAnswer, ImapClientCommand } from "../session/imap-server-options.js";
import type { ImapSession } from "../session/imap-session.js";

/** What the test's hook wants said; `undefined` when there is no hook, it has nothing to say, or it threw. */
export async function askHook(
  session: ImapSession,
  command: ImapClientCommand,
): Promise<ImapAnswer | undefined> {
  const { options, store } = session.server;
  if (options.answer === undefined) return undefined;
  try {
    const told = await options.answer(command);
    if (told === undefined || typeof told === "object") return told;
    if (told === "drop") return { close: true };
    return told.startsWith("BYE") ? { untagged: [told], close: true } : { tagged: told };
  } catch (error) {
    store.reportError(error);
    return undefined;
  }
}

/** Says what the hook wants; returns whether that was all, and the command has no effect. */
export function sayAnswer(session: ImapSession, tag: string, answer: ImapAnswer): boolean {
  const { untagged = [], tagged, close = false } = answer;
  for (const line of untagged) session.untagged(line);
  if (tagged !== undefined) session.connection.write(`${tag} ${tagged}\r\n`);
  session.isLoggedOut ||= close;
  return tagged !== undefined || close;
}
