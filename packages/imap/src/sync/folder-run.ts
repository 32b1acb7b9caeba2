import type { SyncCursor, SyncResetReason } from "@mailwright/core";
import { SyncBatches } from "@mailwright/core/internal";
import type { SessionRunner } from "../connection/session-runner.js";
import type { ImapMessage } from "../fetch/imap-message.js";
import { prefetch } from "../fetch/prefetch.js";
import { UidRanges } from "../wire/uid-ranges.js";
import { addedSteps } from "./added-steps.js";
import { flagSteps } from "./flag-steps.js";
import { type FolderLook, lookAtFolder } from "./folder-look.js";
import { toKey } from "./message-keys.js";
import { identityOf, MoveHints } from "./move-hints.js";
import { readCursor } from "./read-cursor.js";
import { type RetryRound, retryRound } from "./retry-round.js";
import type { ImapSyncBatch, ImapSyncEvent, ResolvedSyncContent } from "./sync-options.js";
import { SyncState } from "./sync-state.js";
import { LAST_UID, type SyncContext } from "./sync-step.js";

/** What a sync of one folder takes. */
export interface FolderSyncOptions {
  readonly content: ResolvedSyncContent;
  readonly cursor: SyncCursor | undefined;
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number | undefined;
  /** Shared with the other folders of the account. @defaultValue of this folder alone */
  readonly moves?: MoveHints | undefined;
}

/** Removals in one batch. */
const MAX_REMOVED = 10_000;

/** One run over a folder: flags first, then what is new, then what is gone. A pass begins with a look at the folder. */
export class FolderRun {
  readonly #context: SyncContext;
  readonly #moves: MoveHints;
  readonly #account: string | undefined;
  #state: SyncState;
  #resetReason: SyncResetReason | undefined;
  /** The cursor that the caller has. */
  #stored: string | undefined;
  #handedOut = UidRanges.EMPTY;

  constructor(runner: SessionRunner, folder: string, options: FolderSyncOptions) {
    const { content, cursor, signal, timeoutMs, moves = new MoveHints() } = options;
    this.#context = { runner, folder, content, signal, timeoutMs, synced: new WeakSet() };
    this.#moves = moves;
    this.#account = accountOf(runner);
    const known = cursor === undefined ? undefined : readCursor(cursor);
    this.#state = known ?? new SyncState();
    this.#stored = known === undefined ? undefined : toText(known);
    if (cursor !== undefined && known === undefined) this.#resetReason = "cursor-unreadable";
  }

  /** The batches from a look at the folder to its end. Rejects with `"conflict"` when it was replaced meanwhile. */
  async *pass(): AsyncGenerator<ImapSyncBatch, void, undefined> {
    const look = await this.#look();
    const { state } = look;
    state.flagsDone = 0;
    this.#state = state;
    this.#resetReason ??= look.resetReason;
    const batches = new SyncBatches<ImapMessage, number, SyncState>({
      state,
      handedOut: { add: (uid) => void this.#hand(uid) },
      resetReason: this.#resetReason,
    });
    const waiting: ((state: SyncState) => void)[] = [];
    const batch = (events: readonly ImapSyncEvent[]): ImapSyncBatch => {
      const applies = waiting.splice(0);
      return batches.next(events, look.total, (after) => {
        for (const apply of applies) apply(after);
        if (after !== state) return;
        this.#resetReason = undefined;
        this.#stored = toText(state);
      });
    };
    const retries = retryRound(look);
    const ending: Ending = {
      look,
      retries,
      flagsTo: 0,
      retried: UidRanges.EMPTY,
      vanished: UidRanges.EMPTY,
    };
    const finish = (after: SyncState): void => finishRun(after, ending);
    const gone = look.gone.intersect(state.known);
    const wanted = look.fresh.union(retries.uids).minus(this.#handedOut);
    for await (const { events, apply, isLast } of flagSteps(this.#context, look)) {
      waiting.push(apply);
      ending.flagsTo = LAST_UID;
      if (events.length === 0) continue;
      const isEnd = isLast && wanted.isEmpty && gone.isEmpty;
      if (isEnd) waiting.push(finish);
      yield batch(events);
      if (isEnd) return;
    }
    for await (const step of prefetch(addedSteps(this.#context, look, wanted))) {
      ending.vanished = ending.vanished.union(step.vanished);
      const given = UidRanges.of(step.messages.map(({ uid }) => uid));
      ending.retried = ending.retried.union(given.intersect(retries.uids));
      waiting.push(step.apply);
      const events = [...step.events, ...step.messages.flatMap((message) => this.#gained(message))];
      if (events.length === 0) continue;
      const isEnd = step.isLast && gone.isEmpty;
      if (isEnd) waiting.push(finish);
      yield batch(events);
      if (isEnd) return;
    }
    for (let left = gone; !left.isEmpty; ) {
      const portion = left.take(MAX_REMOVED);
      left = left.minus(portion);
      const ids = [...portion];
      const hints = ids.flatMap((id) => this.#lost(id));
      waiting.push((after) => after.remove(portion));
      if (left.isEmpty) waiting.push(finish);
      yield batch([...hints, { type: "removed", ids }]);
      if (left.isEmpty) return;
    }
    // Nothing to tell, but perhaps something to remember: where the server is by now, or not to be trusted.
    waiting.push(finish);
    const after = state.copy();
    for (const apply of waiting) apply(after);
    if (toText(after) !== this.#stored || batches.hasUntoldReset) yield batch([]);
  }

  async #look(): Promise<FolderLook> {
    const { runner, folder, content, signal, timeoutMs, synced } = this.#context;
    const { strategy, since } = content;
    const look = await runner.run(
      async (session, abort) => {
        const options = { strategy, since, account: this.#account, epoch: runner.folderEpoch, signal: abort };
        const found = await lookAtFolder(session, folder, this.#state, options);
        synced.add(session);
        return found;
      },
      { signal, timeoutMs, prefer: (session) => session.selected?.path === folder },
    );
    if (look.resetReason !== undefined) this.#handedOut = UidRanges.EMPTY;
    return look;
  }

  #hand(uid: number): void {
    this.#handedOut = this.#handedOut.union(UidRanges.between(uid, uid));
  }

  #gained(message: ImapMessage): ImapSyncEvent[] {
    return this.#moves.gained({ folder: this.#context.folder, id: message.uid }, identityOf(message));
  }

  #lost(id: number): ImapSyncEvent[] {
    return this.#moves.lost({ folder: this.#context.folder, id }, this.#state.recent.get(id));
  }
}

interface Ending {
  readonly look: FolderLook;
  readonly retries: RetryRound;
  flagsTo: number;
  /** Withheld before, and given now. */
  retried: UidRanges;
  /** Listed, and gone before they could be fetched. */
  vanished: UidRanges;
}

/** Past everything that was looked at, but for what is not acknowledged. */
function finishRun(state: SyncState, { look, retries, flagsTo, retried, vanished }: Ending): void {
  state.remove(look.gone.minus(state.known));
  if (retried.minus(state.known).isEmpty) state.triedTo = retries.triedTo;
  const isComplete = state.flagsDone >= flagsTo && look.gone.intersect(state.known).isEmpty;
  if (isComplete) {
    const isCounted = look.modseq !== undefined && !look.state.doubts.has("condstore");
    state.modseq = isCounted ? look.modseq : undefined;
    state.modseqNext = isCounted ? look.uidNext : undefined;
    if (isCounted) state.digests = undefined;
    state.pass = undefined;
  }
  const pending = look.fresh.minus(state.known).minus(state.withheld).minus(vanished);
  state.uidNext = pending.first ?? look.uidNext;
}

function toText(state: SyncState): string {
  return JSON.stringify(state.toCursor().state);
}

/** A digest of the user, where that is known before the login: a function may answer with any user. */
function accountOf(runner: SessionRunner): string | undefined {
  const { key, options } = runner.account;
  const user = key.label.slice(options.server.host.length + 1);
  if (user === "" || user === "oauth") return undefined;
  return toKey(user.toLowerCase());
}
