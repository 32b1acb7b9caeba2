import type { SyncResetReason } from "@mailwright/core";
import { uidsAfter } from "../fetch/uids-after.js";
import { searchRanges } from "../search/search-ranges.js";
import type { ImapSession } from "../session/imap-session.js";
import type { SelectedMailbox } from "../session/selected-mailbox.js";
import { UidRanges } from "../wire/uid-ranges.js";
import { formatDay } from "../wire/values.js";
import { atom, numberSet } from "../wire/wire-argument.js";
import { carryOn } from "./carry-on.js";
import { chooseStrategy, unsupported } from "./choose-strategy.js";
import { FlagDigests } from "./flag-digests.js";
import { type FlagsPlan, planFlags } from "./flags-plan.js";
import { listPresent } from "./list-present.js";
import { MailboxChurn } from "./mailbox-churn.js";
import { type OpenedFolder, openFolder } from "./open-folder.js";
import { proveFolder } from "./prove-folder.js";
import type { SyncStrategy } from "./sync-options.js";
import type { SyncState } from "./sync-state.js";

/** How to look at a folder. */
export interface LookOptions {
  readonly strategy: SyncStrategy | undefined;
  /** Older messages are left out of a folder of which nothing is known. */
  readonly since: Date | undefined;
  /** A digest of the user, if that is known. */
  readonly account: string | undefined;
  readonly epoch: number;
  readonly signal: AbortSignal | undefined;
}

/** A folder as it was at one moment, against what the caller has of it. */
export interface FolderLook {
  /** What the caller has that still holds: nothing after a reset. */
  readonly state: SyncState;
  readonly resetReason: SyncResetReason | undefined;
  readonly uidValidity: number | undefined;
  readonly uidNext: number;
  /** What flags and removals are complete up to when all is done; `undefined` where MODSEQs are not to be relied on. */
  readonly modseq: bigint | undefined;
  readonly flags: FlagsPlan;
  /** Known, withheld or left out, and not there any more. */
  readonly gone: UidRanges;
  /** There, and to be told of or tried again. */
  readonly fresh: UidRanges;
  /** Messages in the folder, without those that are left out. */
  readonly total: number;
}

/**
 * Opens a folder anew and finds out what has changed since a state was acknowledged: the snapshot is taken by SELECT,
 * before anything is asked. What the server says is held against what it said before; a claim that it breaks is doubted
 * from then on.
 */
export async function lookAtFolder(
  session: ImapSession,
  folder: string,
  known: SyncState,
  options: LookOptions,
): Promise<FolderLook> {
  const { signal, strategy: pinned } = options;
  const strategy = chooseStrategy(session, known, pinned);
  const churn = new MailboxChurn(session);
  try {
    const opened = await openFolder(session, folder, known, { strategy, epoch: options.epoch, signal });
    const { mailbox } = opened;
    const carried = carryOn(known, mailbox, options.account);
    const { state, resetReason } = await proveFolder(session, mailbox, known, carried, signal);
    for (const doubt of opened.doubts) state.doubt(doubt);
    const modseq = strategy === "plain" ? undefined : usableModseq(mailbox, state);
    const isCounted = mailbox.highestModseq !== undefined || mailbox.exists === 0;
    if (!isCounted && pinned !== undefined && pinned !== "plain") throw unsupported(session, pinned);
    const isTold = opened.told !== undefined && resetReason === undefined;
    const told = isTold ? opened.told : undefined;
    const found = await findMessages(session, opened, state, { modseq, told, churn, signal });
    const old = await findOld(session, state, found.fresh, options);
    state.leftOut = state.leftOut.union(old);
    const fresh = found.fresh.minus(old);
    // A new message raises the MODSEQ of its mailbox: where it did not, flags may have changed unnoticed as well.
    const isNewer = (found.fresh.last ?? 0) >= (state.modseqNext ?? Number.POSITIVE_INFINITY);
    if (modseq !== undefined && modseq === state.modseq && isNewer) state.doubt("condstore");
    const trusted = state.doubts.has("condstore") && pinned === undefined ? undefined : modseq;
    if (trusted === undefined) state.digests ??= FlagDigests.forMessages(state.size + fresh.count);
    // Of nothing, everything is known up to now.
    else if (state.known.isEmpty)
      Object.assign(state, { modseq: trusted, modseqNext: found.uidNext, digests: undefined });
    return {
      state,
      resetReason,
      uidValidity: mailbox.uidValidity,
      uidNext: found.uidNext,
      modseq: trusted,
      flags: planFlags(state, trusted, told),
      gone: found.gone,
      fresh,
      total: state.known.union(state.withheld).minus(found.gone).count + fresh.count,
    };
  } finally {
    churn.stop();
  }
}

/** The MODSEQ that the folder is at, unless it went back: a server that was restored, or several that are not in step. */
function usableModseq({ highestModseq }: SelectedMailbox, state: SyncState): bigint | undefined {
  if (highestModseq === undefined || state.uidValidity === undefined) return undefined;
  const seen = state.pass?.modseq ?? state.modseq;
  if (seen !== undefined && highestModseq < seen) {
    state.doubt("condstore");
    return undefined;
  }
  return highestModseq;
}

interface FoundMessages {
  readonly gone: UidRanges;
  readonly fresh: UidRanges;
  readonly uidNext: number;
}

interface FindOptions {
  readonly modseq: bigint | undefined;
  readonly told: OpenedFolder["told"];
  readonly churn: MailboxChurn;
  readonly signal: AbortSignal | undefined;
}

/** Which messages came and went; the whole list is asked for only when the counts do not add up, or nothing else tells. */
async function findMessages(
  session: ImapSession,
  { mailbox, exists }: OpenedFolder,
  state: SyncState,
  { modseq, told, churn, signal }: FindOptions,
): Promise<FoundMessages> {
  const had = state.listed;
  if (had.isEmpty && exists === 0 && mailbox.uidNext === 1)
    return { gone: UidRanges.EMPTY, fresh: UidRanges.EMPTY, uidNext: 1 };
  const isBack = mailbox.uidNext !== undefined && mailbox.uidNext < state.uidNext;
  const vanished = told?.vanished.intersect(had) ?? UidRanges.EMPTY;
  let fresh = UidRanges.EMPTY;
  if (modseq !== undefined && !had.isEmpty && !isBack) {
    fresh = (await findAbove(session, mailbox, state.uidNext, signal)).minus(had);
    const expected = had.count - vanished.count + fresh.count;
    if (expected === exists && !state.doubts.has("exists")) {
      const uidNext = Math.max(mailbox.uidNext ?? 1, (fresh.last ?? 0) + 1, state.uidNext);
      return {
        gone: vanished.union(churn.vanished.intersect(had)),
        fresh: fresh.minus(churn.vanished),
        uidNext,
      };
    }
  }
  const isExistsDoubted = state.doubts.has("exists");
  const listed = await listPresent(session, mailbox, churn, { isExistsDoubted, signal });
  if (listed.isMiscounted) state.doubt("exists");
  // What came after the snapshot is left for the next time: its MODSEQ lies behind the one that is kept.
  const last = mailbox.uidNext === undefined ? Number.MAX_SAFE_INTEGER : mailbox.uidNext - 1;
  const present = isBack ? listed.uids : listed.uids.intersect(UidRanges.between(1, last));
  const gone = had.minus(listed.uids);
  const isUntold = told !== undefined && !gone.minus(vanished).isEmpty;
  if (isUntold && !churn.hasHappened) state.doubt("qresync");
  const uidNext = Math.max(mailbox.uidNext ?? 1, (present.last ?? 0) + 1);
  return { gone, fresh: present.minus(had), uidNext };
}

/** Which messages of a folder that nothing is known of yet are older than what is wanted. */
async function findOld(
  session: ImapSession,
  state: SyncState,
  fresh: UidRanges,
  { since, signal }: LookOptions,
): Promise<UidRanges> {
  if (since === undefined || fresh.isEmpty || state.uidNext > 1 || !state.listed.isEmpty)
    return UidRanges.EMPTY;
  return fresh.minus(await searchRanges(session, [atom("SINCE"), atom(formatDay(since))], signal));
}

async function findAbove(
  session: ImapSession,
  mailbox: SelectedMailbox,
  uidNext: number,
  signal: AbortSignal | undefined,
): Promise<UidRanges> {
  if (mailbox.uidNext === undefined)
    return UidRanges.of(await uidsAfter(session, mailbox, uidNext - 1, signal));
  if (mailbox.uidNext <= uidNext) return UidRanges.EMPTY;
  return searchRanges(session, [atom("UID"), numberSet(`${uidNext}:${mailbox.uidNext - 1}`)], signal);
}
