import type { SyncEvent } from "@mailwright/core";
import type { SessionRunner } from "../connection/session-runner.js";
import type { ImapMessage } from "../fetch/imap-message.js";
import type { ImapSession } from "../session/imap-session.js";
import type { FolderLook } from "./folder-look.js";
import type { ResolvedSyncContent } from "./sync-options.js";
import type { SyncState } from "./sync-state.js";

/** No UID is higher. */
export const LAST_UID = 0xffff_ffff;

/** What becomes a batch: events, and what their acknowledgement does to what the caller has. */
export interface SyncStep {
  readonly events: readonly SyncEvent<ImapMessage, number>[];
  readonly apply: (state: SyncState) => void;
  /** Nothing of its kind follows. */
  readonly isLast: boolean;
}

/** What the steps of one run have in common. */
export interface SyncContext {
  readonly runner: SessionRunner;
  readonly folder: string;
  readonly content: ResolvedSyncContent;
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number | undefined;
  /** Sessions that have seen the folder in this run: they need not look again. */
  readonly synced: WeakSet<ImapSession>;
}

/** How the connections of a run are asked for. */
export function stepOptions({
  signal,
  timeoutMs,
  synced,
}: SyncContext): Pick<SyncContext, "signal" | "timeoutMs" | "synced"> {
  return { signal, timeoutMs, synced };
}

/** The UIDVALIDITY that the steps of a run must find; `undefined` lets any pass, where it means nothing. */
export function expectedUidValidity({
  state,
  uidValidity,
}: FolderLook): { readonly uidValidity: number | undefined } | undefined {
  return state.doubts.has("uidvalidity") ? undefined : { uidValidity };
}
