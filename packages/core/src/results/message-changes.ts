/** The outcome of a flag change, RFC 7162 §3.1.3. */
export interface StoreResult {
  /** UIDs whose flags are now as asked. */
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
  /** New UID by old; absent when the server does not tell (no UIDPLUS). */
  readonly uidMap?: ReadonlyMap<number, number> | undefined;
  /** UIDVALIDITY of the destination, with `uidMap`. */
  readonly uidValidity?: number | undefined;
}
