import type { Message } from "../api/answers.js";

/** What is asked of the server for messages. */
export type Operation =
  | { readonly type: "flags"; readonly seen?: boolean; readonly flagged?: boolean }
  | { readonly type: "move"; readonly folderId: string }
  | { readonly type: "delete" };

/** A change on its way. */
export interface ChangeRequest {
  readonly ids: readonly number[];
  readonly op: Operation;
  /** Resolves when it shall be sent; rejects when it was taken back. */
  readonly held?: Promise<void> | undefined;
}

type Shown = Pick<Message, "seen" | "flagged">;

/**
 * Messages as they will be once the server has agreed to what is on its way. A change that fails is no longer on its
 * way, and so the message is shown as it was.
 */
export function withPending<Item extends Shown & { readonly id: number }>(
  items: readonly Item[],
  pending: readonly ChangeRequest[],
): readonly Item[] {
  if (pending.length === 0) return items;
  const hidden = new Set<number>();
  const flags = new Map<number, Partial<Shown>>();
  for (const { ids, op } of pending) {
    const { type, ...values } = op;
    for (const id of ids) {
      if (type === "flags") flags.set(id, { ...flags.get(id), ...values });
      else hidden.add(id);
    }
  }
  return items.flatMap((item) => {
    if (hidden.has(item.id)) return [];
    const changed = flags.get(item.id);
    return changed === undefined ? [item] : [{ ...item, ...changed }];
  });
}
