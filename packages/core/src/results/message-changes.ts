/** The outcome of a flag change, RFC 7162 §3.1.3. */
export interface StoreResult {
  /** UIDs whose flags are now as asked; a message that is gone, or cannot keep such a flag, is not among them. */
  readonly updated: readonly number[];
  /** UIDs that were left alone because they changed since `unchangedSince`. */
  readonly conflicted: readonly number[];
}

/** The outcome of a move or copy, RFC 4315 §3 and RFC 6851. */
export interface MoveResult {
  readonly source: string;
  readonly destination: string;
  /** The UIDs that were moved or copied. */
  readonly uids: readonly number[];
  /**
   * Those that may have been moved or copied: the server said so of the command, and not of which messages, and others have
   * removed some at the same time. Absent when there are none.
   */
  readonly inDoubt?: readonly number[] | undefined;
  /** New UID by old; absent when the server does not tell (no UIDPLUS). */
  readonly uidMap?: ReadonlyMap<number, number> | undefined;
  /** UIDVALIDITY of the destination, with `uidMap`. */
  readonly uidValidity?: number | undefined;
}
