import { isMailError } from "@mailwright/core";
import type { SessionRunner } from "../connection/session-runner.js";
import { takeStatus } from "../folders/folder-status.js";
import type { ImapSession } from "../session/imap-session.js";
import { selectMailbox } from "../session/select-mailbox.js";
import type { SyncState } from "../sync/sync-state.js";
import { atom } from "../wire/wire-argument.js";
import type { FiguresSeen } from "./figures-seen.js";
import { FolderChanges } from "./folder-changes.js";
import { idleOnce } from "./idle.js";
import type { ResolvedWatchOptions } from "./watch-event.js";

/** What is waited for. */
export interface AwaitedChange {
  /** Full names; `undefined` for all. */
  readonly folders: ReadonlySet<string> | undefined;
  /** What is known of each folder. */
  readonly states: ReadonlyMap<string, SyncState>;
  readonly seen: FiguresSeen;
  readonly times: ResolvedWatchOptions;
}

/** The folders that have something new; `"all"` when it is time to look at each. */
export type ChangedNames = ReadonlySet<string> | "all";

/** To sync more than these one by one is no better than to look at all. */
const MAX_CHANGED = 10_000;

const EVENTS = ["MessageNew", "MessageExpunge", "FlagChange", "MailboxName"] as const;

/** Accounts whose server announces NOTIFY and refuses it. */
const withoutNotify = new WeakSet<SessionRunner>();

/**
 * Waits on one session until something changes: in any folder where the server has NOTIFY (RFC 5465), else in the first by
 * IDLE, until it is time to look at the others. What changed since the last sync is noticed at once.
 */
export async function awaitChange(
  runner: SessionRunner,
  session: ImapSession,
  awaited: AwaitedChange,
): Promise<ChangedNames> {
  if (session.can("NOTIFY") && canLeave(session) && !withoutNotify.has(runner)) {
    const changed = await awaitNotification(session, awaited);
    if (changed !== undefined) return changed;
    withoutNotify.add(runner);
  }
  return awaitInFirst(runner, session, awaited);
}

/** `undefined` where the server refuses. */
async function awaitNotification(
  session: ImapSession,
  { folders, states, seen, times }: AwaitedChange,
): Promise<ChangedNames | undefined> {
  const { signal } = times;
  const changed = new Set<string>();
  let [isAll, isInitial] = [false, true];
  const heard = {
    get isEmpty(): boolean {
      return !isAll && changed.size === 0;
    },
  };
  const stop = session.events.onUnsolicited((event, response) => {
    if (event === "LIST" || event === "OK") isAll ||= !isInitial;
    if (event !== "STATUS") return;
    const { name, status } = takeStatus(session, response);
    if (name === undefined || folders?.has(name) === false) return;
    const state = states.get(name);
    // Of what is told as it happens, figures without a MODSEQ may mean flags.
    const isTold = !isInitial && status.highestModseq === undefined;
    if (isTold || seen.isNews(name, status, state)) changed.add(name);
    if (changed.size > MAX_CHANGED) isAll = true;
    if (isAll) changed.clear();
  });
  try {
    if (session.selected !== undefined) {
      await session.command("UNSELECT", [], { signal });
      session.selected = undefined;
    }
    // STATUS has MODSEQs only then (RFC 7162 §3.1).
    if (session.can("CONDSTORE") && session.can("ENABLE") && !session.wire.enabled.has("QRESYNC"))
      await session.command("ENABLE", [atom("CONDSTORE")], { signal });
    const isOn = await setNotify(
      session,
      [atom("SET"), atom("STATUS"), [atom("personal"), EVENTS.map(atom)]],
      signal,
    );
    if (!isOn) return undefined;
    isInitial = false;
    if (heard.isEmpty) await idleOnce(session, heard, times);
    await setNotify(session, [atom("NONE")], signal);
  } finally {
    stop();
  }
  return isAll || changed.size === 0 ? "all" : changed;
}

async function setNotify(
  session: ImapSession,
  args: Parameters<ImapSession["command"]>[1],
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await session.command("NOTIFY", args, { signal });
    return true;
  } catch (error) {
    if (!isMailError(error) || error.connectionBroken || error.code === "aborted") throw error;
    return false;
  }
}

async function awaitInFirst(
  runner: SessionRunner,
  session: ImapSession,
  { folders, states, seen, times }: AwaitedChange,
): Promise<ChangedNames> {
  const [first = "INBOX"] = folders ?? [];
  session.selected = undefined;
  const mailbox = await selectMailbox(session, first, {
    signal: times.signal,
    epoch: runner.folderEpoch,
    isReading: true,
  });
  const { exists: totalCount, uidValidity, uidNext, highestModseq, mailboxId } = mailbox;
  const figures = { totalCount, uidValidity, uidNext, highestModseq, mailboxId };
  if (seen.isNews(first, figures, states.get(first))) return new Set([first]);
  const changes = new FolderChanges(mailbox.exists);
  const stop = session.events.onUnsolicited((name, response) => changes.take(name, response));
  try {
    await idleOnce(session, changes, { ...times, renewMs: Math.min(times.renewMs, times.pollMs) });
  } finally {
    stop();
  }
  return changes.isEmpty ? "all" : new Set([first]);
}

function canLeave(session: ImapSession): boolean {
  return session.can("UNSELECT");
}
