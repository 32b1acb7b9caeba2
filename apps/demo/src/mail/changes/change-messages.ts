import type { MailError } from "@mailwright/core";
import { inTransaction } from "../../db/in-transaction.js";
import { type ClaimedChange, type WantedChange, wantChange } from "../../store/messages/wanted-changes.js";
import { type Tenant, within } from "../../store/tenant.js";
import { groupChanges } from "./group-changes.js";
import { type ChangeWork, tryChanges } from "./try-changes.js";

/** What became of one message. */
export type ChangeOutcome =
  | { readonly id: number; readonly ok: true; readonly isWaiting: boolean }
  | { readonly id: number; readonly ok: false; readonly error: MailError | undefined };

/**
 * Changes messages on their servers and, where a server agreed, here. One account that refuses does not stop the others; of one
 * that is not to be reached the change waits, and is made when it is. A moved message is removed here; where it went, the
 * next pass finds it.
 */
export async function changeMessages(
  work: ChangeWork,
  tenant: Tenant,
  ids: readonly number[],
  wanted: WantedChange,
): Promise<ChangeOutcome[]> {
  // First in the rows: what somebody wants outlives this process.
  const claimed = await inTransaction(work.environment.database, (sql) =>
    wantChange(within(tenant, sql), ids, wanted),
  );
  const outcomes = new Map<number, ChangeOutcome>();
  for (const group of groupChanges(claimed)) {
    const tried = await tryChanges(work, tenant, group, { isAnswered: true });
    if (tried.type === "gone") continue;
    for (const { id } of group) outcomes.set(id, toOutcome(id, tried));
  }
  return ids.map((id) => outcomes.get(id) ?? { id, ok: false, error: undefined });
}

function toOutcome(id: ClaimedChange["id"], tried: Awaited<ReturnType<typeof tryChanges>>): ChangeOutcome {
  if (tried.type === "refused") return { id, ok: false, error: tried.error };
  return { id, ok: true, isWaiting: tried.type === "waiting" };
}
