import { requireSameMailbox } from "../session/selected-mailbox.js";
import { UidRanges } from "../wire/uid-ranges.js";
import { addDigest, FlagDigests } from "./flag-digests.js";
import { type FlagRow, fetchFlags } from "./flag-row.js";
import type { FolderLook } from "./folder-look.js";
import type { ImapSyncEvent } from "./sync-options.js";
import type { SyncState } from "./sync-state.js";
import { expectedUidValidity, LAST_UID, type SyncContext, type SyncStep, stepOptions } from "./sync-step.js";

/** Messages that are asked at once for what has changed, and for all flags. */
const CHANGED_WINDOW = 65_536;
const SCAN_WINDOW = 4_096;
/** Changes in one batch. */
const MAX_EVENTS = 1_000;
/** A set that is longer is asked for from its first to its last message. */
const MAX_SET_CHARS = 4_000;

/** The flag changes of known messages, in ascending order of their UIDs. */
export async function* flagSteps(
  context: SyncContext,
  look: FolderLook,
): AsyncGenerator<SyncStep, void, undefined> {
  const { flags } = look;
  if (flags.kind === "told") yield* storeRows(look, flags.rows, 0, LAST_UID);
  else if (flags.kind === "scan") yield* scan(context, look);
  else if (flags.kind === "since") {
    const isBroken = yield* changedSince(context, look, flags);
    if (!isBroken) return;
    look.state.digests ??= FlagDigests.forMessages(look.state.size);
    yield* scan(context, look);
  }
}

/** Answers whether the server has turned out to leave MODSEQ out, so that its answers prove nothing. */
async function* changedSince(
  context: SyncContext,
  look: FolderLook,
  { modseq, told }: { readonly modseq: bigint; readonly told: UidRanges | undefined },
): AsyncGenerator<SyncStep, boolean, undefined> {
  const { state } = look;
  let from = 0;
  for (const [window, isLast] of windows(state.known.minus(look.gone), CHANGED_WINDOW)) {
    const rows = await fetchWindow(context, look, `${window.first}:${window.last}`, modseq);
    if (rows.length > 0 && rows.every((row) => row.modseq === undefined)) {
      state.doubt("condstore");
      return true;
    }
    const to = isLast ? LAST_UID : (window.last ?? 0);
    const isUntold = (row: FlagRow): boolean =>
      told?.has(row.uid) === false && isNews(row, look) && (row.modseq ?? 0n) <= (look.modseq ?? 0n);
    if (rows.some(isUntold)) state.doubt("qresync");
    yield* storeRows(look, rows, from, to);
    from = to;
  }
  return false;
}

async function* scan(context: SyncContext, look: FolderLook): AsyncGenerator<SyncStep, void, undefined> {
  const { state } = look;
  let from = 0;
  for (const [window, isLast] of windows(
    state.known.minus(look.gone),
    SCAN_WINDOW,
    (uid) => state.digests?.endOf(uid) ?? uid,
  )) {
    const exact = window.toString();
    const set = exact.length > MAX_SET_CHARS ? `${window.first}:${window.last}` : exact;
    const rows = (await fetchWindow(context, look, set, undefined)).filter(({ uid }) => window.has(uid));
    const { changed, shift, sums } = compare(state, window, rows);
    const to = isLast ? LAST_UID : (window.last ?? 0);
    yield* storeChanged(look, changed, from, to, (after) => after.digests?.set(shift, sums));
    from = to;
  }
}

/** What differs from the digests. Of a block with a message whose flags the server does not give nothing is known. */
function compare(
  { digests }: SyncState,
  window: UidRanges,
  rows: readonly FlagRow[],
): {
  readonly changed: readonly FlagRow[];
  readonly shift: number;
  readonly sums: ReadonlyMap<number, number>;
} {
  const blockOf = (uid: number): number => digests?.blockOf(uid) ?? uid;
  const sums = new Map<number, number>();
  for (const { uid, flags } of rows)
    sums.set(blockOf(uid), addDigest(sums.get(blockOf(uid)) ?? 0, uid, flags));
  const silent = window.minus(UidRanges.of(rows.map(({ uid }) => uid)));
  const differs = (block: number): boolean => sums.get(block) !== digests?.get(block);
  const changed = rows.filter(({ uid }) => differs(blockOf(uid)));
  for (const uid of silent) sums.delete(blockOf(uid));
  for (const [block] of sums) if (!differs(block)) sums.delete(block);
  return { changed, shift: digests?.shift ?? 0, sums };
}

function* storeRows(
  look: FolderLook,
  rows: readonly FlagRow[],
  from: number,
  to: number,
): Generator<SyncStep> {
  yield* storeChanged(
    look,
    rows.filter((row) => isNews(row, look)),
    from,
    to,
  );
}

/** Batches of changes; each moves the state up to its last message, and the last one up to the end of the window. */
function* storeChanged(
  { modseq }: FolderLook,
  changed: readonly FlagRow[],
  from: number,
  to: number,
  apply: (state: SyncState) => void = () => {},
): Generator<SyncStep> {
  let start = from;
  for (let at = 0; at < changed.length || at === 0; at += MAX_EVENTS) {
    const rows = changed.slice(at, at + MAX_EVENTS);
    const isEnd = at + MAX_EVENTS >= changed.length;
    const [begin, end] = [start, isEnd ? to : (rows.at(-1)?.uid ?? start)];
    yield {
      events: rows.map(toEvent),
      apply: (state) => {
        if (isEnd) apply(state);
        state.flagsStored(modseq, begin, end);
      },
      isLast: isEnd && to === LAST_UID,
    };
    start = end;
  }
}

/** Of a message that the caller has, and not acknowledged in a run that was broken off. */
function isNews({ uid, modseq }: FlagRow, { state, gone }: FolderLook): boolean {
  const { known, pass } = state;
  if (!known.has(uid) || gone.has(uid)) return false;
  return pass === undefined || uid > pass.uid || modseq === undefined || modseq > pass.modseq;
}

function toEvent({ uid, flags, modseq }: FlagRow): ImapSyncEvent {
  const count = modseq === undefined ? {} : { modseq: modseq.toString() };
  return { type: "flags", id: uid, flags, ...count };
}

/** Portions of a set; each ends where `endOf` its last message says. */
function* windows(
  set: UidRanges,
  size: number,
  endOf: (uid: number) => number = (uid) => uid,
): Generator<readonly [window: UidRanges, isLast: boolean], void, undefined> {
  let left = set;
  while (!left.isEmpty) {
    const last = left.take(size).last ?? 0;
    const window = left.intersect(UidRanges.between(1, endOf(last)));
    left = left.minus(window);
    yield [window, left.isEmpty];
  }
}

async function fetchWindow(
  context: SyncContext,
  look: FolderLook,
  set: string,
  changedSince: bigint | undefined,
): Promise<FlagRow[]> {
  const expected = expectedUidValidity(look);
  return context.runner.inFolder(
    context.folder,
    (session, mailbox, signal) => {
      if (expected !== undefined) requireSameMailbox(mailbox, expected.uidValidity);
      return fetchFlags(session, set, changedSince, signal);
    },
    stepOptions(context),
  );
}
