import type { MailError } from "../errors/mail-error.js";

/** One item of a batch: its key with a value or an error of its own. */
export type BatchItem<Key, Value> =
  | { readonly key: Key; readonly ok: true; readonly value: Value }
  | { readonly key: Key; readonly ok: false; readonly error: MailError };

/** What can succeed in part: one entry per key asked for, in the order asked. */
export interface BatchResult<Key, Value> {
  readonly items: readonly BatchItem<Key, Value>[];
  readonly succeeded: number;
  readonly failed: number;
}

/** Counts up the items of a batch. */
export function toBatchResult<Key, Value>(items: readonly BatchItem<Key, Value>[]): BatchResult<Key, Value> {
  const succeeded = items.reduce((count, item) => count + (item.ok ? 1 : 0), 0);
  return { items, succeeded, failed: items.length - succeeded };
}
