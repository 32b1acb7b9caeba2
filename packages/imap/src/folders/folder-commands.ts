import type { ImapSession } from "../session/imap-session.js";
import { onMailbox, onNewMailbox } from "../session/named-mailbox.js";
import { selectMailbox } from "../session/select-mailbox.js";
import type { WireArgument } from "../wire/wire-argument.js";

/** Makes a folder. Rejects with `"already-exists"` and the like. */
export async function createFolder(session: ImapSession, name: string, signal?: AbortSignal): Promise<void> {
  const run = (mailbox: WireArgument): Promise<unknown> =>
    session.command("CREATE", [mailbox], { signal, isIdempotent: false });
  await onNewMailbox(session, name, run, signal);
}

/** Deletes a folder with its messages. */
export async function deleteFolder(session: ImapSession, name: string, signal?: AbortSignal): Promise<void> {
  await leave(session, name, signal);
  const run = (mailbox: WireArgument): Promise<unknown> =>
    session.command("DELETE", [mailbox], { signal, isIdempotent: false });
  await onMailbox(session, name, run, signal);
}

/** Renames a folder and what is below it; INBOX is emptied into the new one and stays (RFC 9051 §6.3.6). */
export async function renameFolder(
  session: ImapSession,
  from: string,
  to: string,
  signal?: AbortSignal,
): Promise<void> {
  await leave(session, from, signal);
  const run = (source: WireArgument): Promise<unknown> =>
    onNewMailbox(
      session,
      to,
      (target) => session.command("RENAME", [source, target], { signal, isIdempotent: false }),
      signal,
    );
  await onMailbox(session, from, run, signal);
}

/** SUBSCRIBE or UNSUBSCRIBE; doing it twice comes to the same. */
export async function subscribeFolder(
  session: ImapSession,
  command: "SUBSCRIBE" | "UNSUBSCRIBE",
  name: string,
  signal?: AbortSignal,
): Promise<void> {
  await onMailbox(session, name, (mailbox) => session.command(command, [mailbox], { signal }), signal);
}

/** QUIRK: servers end the connection of whoever deletes the mailbox that he has open. */
async function leave(session: ImapSession, name: string, signal: AbortSignal | undefined): Promise<void> {
  if (session.selected?.path !== name) return;
  if (session.can("UNSELECT")) {
    await session.command("UNSELECT", [], { signal });
    session.selected = undefined;
  } else if (name !== "INBOX") await selectMailbox(session, "INBOX", { signal, isReading: true });
}
