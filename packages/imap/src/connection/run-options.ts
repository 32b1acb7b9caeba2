import type { OperationOptions, RetryPolicy } from "@mailwright/core";
import type { ImapSession } from "../session/imap-session.js";
import type { SelectedMailbox } from "../session/selected-mailbox.js";

/** Work on a session with a mailbox open. */
export type FolderTask<T> = (
  session: ImapSession,
  mailbox: SelectedMailbox,
  signal?: AbortSignal,
) => Promise<T>;

/** How a task is run. */
export interface RunOptions extends OperationOptions {
  /** Instead of the client's. */
  readonly policy?: RetryPolicy | undefined;
  /** Picks a connection that suits the task, when one is free. */
  readonly prefer?: ((session: ImapSession) => boolean) | undefined;
  /** The work changes something: when its time runs out in the middle, it must not be repeated. */
  readonly isChange?: boolean | undefined;
  /** What comes first on the same session, before a mailbox is opened. */
  readonly prepare?: ((session: ImapSession, signal?: AbortSignal) => Promise<void>) | undefined;
  /** Sessions that already see what the work is about; others that have the folder open look again first. */
  readonly synced?: WeakSet<ImapSession> | undefined;
}
