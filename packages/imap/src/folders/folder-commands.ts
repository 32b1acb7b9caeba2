import type { ImapSession } from "../session/imap-session.js";
import { selectMailbox } from "../session/select-mailbox.js";
import { encodeMailboxName } from "../wire/mailbox-name.js";
import { quoted, type WireArgument } from "../wire/wire-argument.js";

/** Makes a folder. Rejects with `"already-exists"` and the like. */
export async function createFolder(session: ImapSession, name: string, signal?: AbortSignal): Promise<void> {
  await session.command("CREATE", [mailbox(name)], { signal, isIdempotent: false });
}

/** Deletes a folder with its messages. */
export async function deleteFolder(session: ImapSession, name: string, signal?: AbortSignal): Promise<void> {
  await leave(session, name, signal);
  await session.command("DELETE", [mailbox(name)], { signal, isIdempotent: false });
}

/** Renames a folder and what is below it; INBOX is emptied into the new one and stays (RFC 9051 §6.3.6). */
export async function renameFolder(
  session: ImapSession,
  from: string,
  to: string,
  signal?: AbortSignal,
): Promise<void> {
  await leave(session, from, signal);
  await session.command("RENAME", [mailbox(from), mailbox(to)], { signal, isIdempotent: false });
}

/** SUBSCRIBE or UNSUBSCRIBE; doing it twice comes to the same. */
export async function subscribeFolder(
  session: ImapSession,
  command: "SUBSCRIBE" | "UNSUBSCRIBE",
  name: string,
  signal?: AbortSignal,
): Promise<void> {
  await session.command(command, [mailbox(name)], { signal });
}

/** QUIRK: servers end the connection of whoever deletes the mailbox that he has open. */
async function leave(session: ImapSession, name: string, signal: AbortSignal | undefined): Promise<void> {
  if (session.selected?.path !== name) return;
  if (session.can("UNSELECT") || session.can("IMAP4rev2")) {
    await session.command("UNSELECT", [], { signal });
    session.selected = undefined;
  } else if (name !== "INBOX") await selectMailbox(session, "INBOX", { signal });
}

function mailbox(name: string): WireArgument {
  return quoted(encodeMailboxName(name));
}
