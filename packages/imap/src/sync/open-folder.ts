import { isMailError } from "@mailwright/core";
import type { ImapSession } from "../session/imap-session.js";
import { enableQresync } from "../session/resync.js";
import { selectMailbox } from "../session/select-mailbox.js";
import type { SelectedMailbox } from "../session/selected-mailbox.js";
import { RangeGatherer } from "../wire/range-gatherer.js";
import type { UidRanges } from "../wire/uid-ranges.js";
import type { UidRange } from "../wire/uid-set.js";
import { type FlagRow, readFlagRow } from "./flag-row.js";
import type { SyncStrategy } from "./sync-options.js";
import type { Doubt, SyncState } from "./sync-state.js";

/** More changes than this are asked for in portions, instead of being held. */
const MAX_ROWS = 20_000;

/** What a server told of changes as the folder was opened (RFC 7162 §3.2.5). */
export interface ToldChanges {
  readonly rows: ReadonlyMap<number, FlagRow>;
  /** There were more rows than are kept. */
  readonly hasOverflowed: boolean;
  readonly vanished: UidRanges;
}

/** A folder that was opened just now. */
export interface OpenedFolder {
  readonly mailbox: SelectedMailbox;
  /** How many messages it had then. */
  readonly exists: number;
  /** With QRESYNC, where something was known before. */
  readonly told: ToldChanges | undefined;
  readonly doubts: readonly Doubt[];
}

/** Opens a folder anew, with QRESYNC when that is the strategy and there is something to go on from. */
export async function openFolder(
  session: ImapSession,
  folder: string,
  { uidValidity, modseq, known }: SyncState,
  options: {
    readonly strategy: SyncStrategy;
    readonly epoch: number;
    readonly signal: AbortSignal | undefined;
  },
): Promise<OpenedFolder> {
  const { strategy, epoch, signal } = options;
  const reading = { signal, epoch, isReading: true };
  const doubts: Doubt[] = [];
  const canResync = uidValidity !== undefined && modseq !== undefined && !known.isEmpty;
  if (strategy === "qresync" && canResync && (await enableQresync(session, signal))) {
    const rows = new Map<number, FlagRow>();
    const vanished = new RangeGatherer();
    let hasOverflowed = false;
    const resync = {
      uidValidity,
      modSeq: modseq,
      vanished: (ranges: Iterable<UidRange>) => vanished.add(ranges),
      fetched: (response: Parameters<typeof readFlagRow>[0]) => {
        const row = readFlagRow(response);
        if (row === undefined) return;
        if (rows.size < MAX_ROWS) rows.set(row.uid, row);
        else hasOverflowed = true;
      },
    };
    try {
      const mailbox = await selectMailbox(session, folder, { ...reading, resync });
      return {
        mailbox,
        exists: mailbox.exists,
        told: { rows, hasOverflowed, vanished: vanished.ranges },
        doubts,
      };
    } catch (error) {
      if (!isMailError(error) || error.code !== "protocol" || error.connectionBroken) throw error;
      // The server has switched it on, and does not know it.
      doubts.push("qresync");
    }
  }
  session.selected = undefined;
  const mailbox = await selectMailbox(session, folder, reading);
  return { mailbox, exists: mailbox.exists, told: undefined, doubts };
}
