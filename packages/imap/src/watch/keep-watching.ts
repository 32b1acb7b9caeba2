import { isMailError, type MailError, type RetryPolicy, sleep, systemClock } from "@mailwright/core";
import { roundMs } from "@mailwright/core/internal";
import type { SessionRunner } from "../connection/session-runner.js";
import type { ImapSession } from "../session/imap-session.js";
import { reopenMailbox } from "../session/select-mailbox.js";
import type { SelectedMailbox } from "../session/selected-mailbox.js";
import { FolderChanges } from "./folder-changes.js";
import { idleOnce } from "./idle.js";
import { LASTING_MS, Patience } from "./patience.js";
import type { ResolvedWatchOptions, WatchEvent } from "./watch-event.js";
import { announceAdded, announceFlags, catchUp, type WatchPosition } from "./watch-position.js";

/** Tells what happens in a folder until the signal fires, on one connection after the other. */
export async function keepWatching(
  runner: SessionRunner,
  folder: string,
  options: ResolvedWatchOptions,
  emit: (event: WatchEvent) => void,
): Promise<void> {
  const { options: resolved, logger } = runner.account;
  const { retry } = resolved;
  const position: WatchPosition = { uidValidity: undefined, lastUid: -1 };
  let failures = 0;
  let gap: MailError | undefined;
  const patience = new Patience();
  for (;;) {
    const since = performance.now();
    try {
      const once: RetryPolicy = { ...retry, attempts: 1 };
      await runner.inFolder(
        folder,
        async (session, mailbox) => {
          // Listens before it catches up: what comes in between is not missed.
          const changes = new FolderChanges(mailbox.exists);
          const stop = session.events.onUnsolicited((name, response) => changes.take(name, response));
          try {
            await catchUp(session, mailbox, position, gap, emit, options.signal);
            if (gap !== undefined) logger.info({ folder, code: gap.code }, "The watch goes on");
            gap = undefined;
            patience.relieved();
            await watchOn(session, mailbox, changes, position, options, emit);
          } finally {
            stop();
          }
        },
        { signal: options.signal, policy: once },
      );
    } catch (error) {
      if (options.signal.aborted) return;
      if (!isMailError(error)) throw error;
      if (!patience.bears(error, position.lastUid >= 0)) throw error;
      gap = error;
    }
    if (options.signal.aborted) return;
    // A server that takes the login and hangs up at once is not asked as if each time were the first.
    failures = performance.now() - since > LASTING_MS ? 1 : failures + 1;
    const delayMs = retry.backoff(failures, Math.random);
    logger.info({ folder, attempt: failures, delayMs: roundMs(delayMs), code: gap?.code }, "trying again");
    await sleep(delayMs, {
      signal: options.signal,
      protocol: "imap",
      clock: systemClock,
    });
  }
}

async function watchOn(
  session: ImapSession,
  opened: SelectedMailbox,
  changes: FolderChanges,
  position: WatchPosition,
  options: ResolvedWatchOptions,
  emit: (event: WatchEvent) => void,
): Promise<void> {
  const { signal } = options;
  let mailbox = opened;
  while (!signal.aborted) {
    if (changes.isEmpty) await idleOnce(session, changes, options);
    if (signal.aborted) return;
    // A folder that was deleted and made anew may look to the session like the old one, or like one where nothing
    // happens (Courier, Dovecot): whenever nothing has happened for so long, it is opened again.
    const isQuiet = changes.isEmpty;
    const { hasGrown, removed, flagged, hasOverflowed } = changes.drain();
    const { path: folder } = mailbox;
    if (hasOverflowed) emit({ type: "reset", folder, reason: "overflow", totalCount: changes.exists });
    if (flagged.length > 0 && !hasOverflowed) await announceFlags(session, mailbox, flagged, emit, signal);
    if (hasGrown) await announceAdded(session, mailbox, position, emit, signal);
    if (removed > 0) emit({ type: "removed", folder, count: removed, totalCount: changes.exists });
    if (changes.exists === 0 || isQuiet) {
      // Others may have deleted the mailbox; where there is nothing, opening it again misses nothing.
      mailbox = await reopenMailbox(session, mailbox, signal);
      changes.exists = mailbox.exists;
      await catchUp(session, mailbox, position, undefined, emit, signal);
    }
  }
}
