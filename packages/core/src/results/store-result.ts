/** The outcome of a flag change, RFC 7162 §3.1.3. */
export interface StoreResult {
  /** UIDs whose flags are now as asked. */
  readonly updated: readonly number[];
  /** UIDs that were left alone because they changed since `unchangedSince`. */
  readonly conflicted: readonly number[];
}
