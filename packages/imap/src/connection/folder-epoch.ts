import type { PoolKey } from "@mailwright/core";

const epochs = new WeakMap<object, Map<string, number>>();

/**
 * Counts how often clients have created, deleted or renamed folders of an account: all those that share a
 * pool, whatever their settings, since its connections have folders open. What was learned in an older epoch is void.
 */
export function folderEpoch(pool: object, { id }: PoolKey): number {
  return epochs.get(pool)?.get(id) ?? 0;
}

/** Begins the next epoch of an account. */
export function endFolderEpoch(pool: object, key: PoolKey): void {
  const accounts = epochs.get(pool) ?? new Map<string, number>();
  accounts.set(key.id, folderEpoch(pool, key) + 1);
  epochs.set(pool, accounts);
}
