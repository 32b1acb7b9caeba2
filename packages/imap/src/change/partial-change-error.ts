import { isMailError, MailError } from "@mailwright/core";

/** What a change over many messages has come to so far; kept outside of its connection, so that its end does not lose it. */
export class ChangeProgress {
  /** Those for which it is done. */
  readonly done: Set<number> = new Set();
  /** Those for which it is half done: copied and still at the source, or marked `\\Deleted` and still there. */
  readonly begun: Set<number> = new Set();
  /** New UIDs by old, where the server tells. */
  readonly uidMap: Map<number, number> = new Map();
  /** Those that a command was about which the server says to have carried out, and not on which of them. */
  readonly inDoubt: number[] = [];
  /** Those that the command under way is about. */
  underWay: readonly number[] = [];
}

/**
 * A change over many messages that failed after some of them: what it is about is an error like any other, and this one
 * says for which messages it was done all the same. To be repeated for the others only.
 */
export class PartialChangeError extends MailError {
  /** Ascending; the change is done for them. */
  readonly done: readonly number[];
  /** Copied and still at the source (`move`), or marked `\\Deleted` and not expunged (`delete`). */
  readonly begun: readonly number[];
  /** Those that the server may have changed or not: of the command that failed only with `code: "unknown-outcome"`. */
  readonly inDoubt: readonly number[];
  /** New UIDs by old, for what was copied or moved, where the server tells (UIDPLUS). */
  readonly uidMap: ReadonlyMap<number, number>;

  constructor(error: MailError, progress: ChangeProgress) {
    const { code, protocol, phase, retryable, connectionBroken, server, connectionId, retryAfterMs } = error;
    const details = {
      code,
      protocol,
      phase,
      retryable,
      connectionBroken,
      server,
      connectionId,
      retryAfterMs,
    };
    const { done, begun, inDoubt, uidMap, underWay } = progress;
    const half = begun.size === 0 ? "" : `, half done for ${begun.size}`;
    super(`${error.message} (done for ${done.size} messages before${half})`, { ...details, cause: error });
    this.done = ascending(done);
    this.begun = ascending(begun);
    this.inDoubt = code === "unknown-outcome" ? [...inDoubt, ...underWay] : inDoubt;
    this.uidMap = uidMap;
  }

  override toJSON(): Record<string, unknown> {
    const { done, begun, inDoubt, uidMap } = this;
    return { ...super.toJSON(), done, begun, inDoubt, uidMap: Object.fromEntries(uidMap) };
  }
}

/** Runs a change and, when it fails in the middle, says how far it came. */
export async function withProgress<T>(change: (progress: ChangeProgress) => Promise<T>): Promise<T> {
  const progress = new ChangeProgress();
  try {
    return await change(progress);
  } catch (error) {
    const { done, begun, inDoubt } = progress;
    if (!isMailError(error) || done.size + begun.size + inDoubt.length === 0) throw error;
    throw new PartialChangeError(error, progress);
  }
}

function ascending(uids: ReadonlySet<number>): number[] {
  return [...uids].sort((a, b) => a - b);
}
