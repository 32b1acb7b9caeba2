import { existingUids } from "../fetch/existing-uids.js";
import type { ImapSession } from "../session/imap-session.js";
import { lookAfter } from "./look-after.js";
import type { RemovalCount } from "./removal-count.js";

/** What is known of one COPY or MOVE that the server has answered with OK. */
export interface CopyEvidence {
  readonly command: "COPY" | "MOVE";
  readonly asked: readonly number[];
  /** The messages that COPYUID names; `undefined` where none came. */
  readonly told: readonly number[] | undefined;
  /** Those that were there right before; `undefined` where that was not asked. */
  readonly before: readonly number[] | undefined;
  readonly removals: RemovalCount;
}

/** What such an answer means for each of the messages. */
export interface CopyOutcome {
  readonly taken: readonly number[];
  /** Those of which the server does not let know whether they were taken. */
  readonly inDoubt: readonly number[];
  /** The server has moved messages and left them where they were, too. */
  readonly hasLeft: boolean;
}

/**
 * Finds out what became of the messages where the server does not say it of each of them. QUIRK: COPYUID is missing though
 * UIDPLUS is announced where the destination may not be read (RFC 4315 §3), and from Exchange; Gmail leaves what is moved out
 * of `[Gmail]/All Mail` there. The messages themselves tell then; what even they do not tell is in doubt.
 */
export async function copyOutcome(
  session: ImapSession,
  evidence: CopyEvidence,
  signal: AbortSignal | undefined,
): Promise<CopyOutcome> {
  const find: Find = (uids) => lookAfter(() => existingUids(session, uids, signal));
  return evidence.command === "COPY" ? outcomeOfCopy(evidence, find) : outcomeOfMove(evidence, find);
}

type Find = (uids: readonly number[]) => Promise<readonly number[]>;

/** A copy leaves its messages where they are: what is there after it was there before, too. */
async function outcomeOfCopy({ asked, told, removals }: CopyEvidence, find: Find): Promise<CopyOutcome> {
  const untold = without(asked, told ?? []);
  if (untold.length === 0) return { taken: told ?? [], inDoubt: [], hasLeft: false };
  const there = await find(untold);
  // Removed by others, before it was copied or after that.
  const gone = removals.count === 0 ? [] : without(untold, there);
  if (told === undefined) return { taken: there, inDoubt: gone, hasLeft: false };
  return {
    taken: told,
    inDoubt: untold.filter((uid) => there.includes(uid) || gone.includes(uid)),
    hasLeft: false,
  };
}

/** A move takes away the messages that it names, and tells of each that it is gone. */
async function outcomeOfMove(
  { asked, told = [], before, removals }: CopyEvidence,
  find: Find,
): Promise<CopyOutcome> {
  const { count } = removals;
  const hasLeft = count < told.length && (await find(told)).length > 0;
  const untold = without(asked, told);
  const isWhole = count <= told.length && (told.length > 0 || (before ?? []).length === 0);
  if (isWhole || untold.length === 0) return { taken: told, inDoubt: [], hasLeft };
  const gone = without(untold, await find(untold));
  const wasThere = new Set(before ?? gone);
  const moved = gone.filter((uid) => wasThere.has(uid));
  // Without a look before, those may be among them that were gone already, and others' removals among those counted.
  const isSure = before !== undefined && moved.length <= removals.count - told.length;
  return isSure
    ? { taken: ascending([...told, ...moved]), inDoubt: [], hasLeft }
    : { taken: told, inDoubt: moved, hasLeft };
}

function without(uids: readonly number[], others: readonly number[]): number[] {
  const left = new Set(others);
  return uids.filter((uid) => !left.has(uid));
}

function ascending(uids: readonly number[]): number[] {
  return [...uids].sort((a, b) => a - b);
}
