import { and, eq, getTableColumns, type SQL } from "drizzle-orm";
import { outbox } from "../../db/schema/outbox.js";
import { addEvents, type NewEvent } from "../events.js";
import { isSeen, type Tenant } from "../tenant.js";
import { nextState, type OutboxState, type OutboxStep } from "./states.js";

/** A message of the outbox without its bytes. */
export type OutboxEntry = Omit<typeof outbox.$inferSelect, "rendered">;

const { rendered: _rendered, ...columns } = getTableColumns(outbox);
/** The columns of an {@link OutboxEntry}: all but the bytes, which may be many. */
export const entryColumns = columns;

/** A step that the message's state does not allow, told to who asked for it. */
export class OutboxStepError extends Error {
  override readonly name = "OutboxStepError";
}

type EventType = Extract<NewEvent["type"], `send.${string}`>;

const EVENTS: Readonly<Record<OutboxState, EventType>> = {
  draft: "send.cancelled",
  scheduled: "send.queued",
  queued: "send.queued",
  sending: "send.sending",
  accepted: "send.sent",
  partial: "send.partial",
  rejected: "send.failed",
  invalid: "send.failed",
  deferred: "send.deferred",
  "not-sent": "send.deferred",
  unknown: "send.unknown",
  resolved: "send.resolved",
};

/** What a step changes beside the state. */
type OutboxChange = {
  readonly [Column in keyof OutboxEntry]?: OutboxEntry[Column] | SQL | undefined;
};

/**
 * Reads a message and keeps it from changing until the transaction ends. `skipLocked` passes over one that somebody else
 * is changing at this moment.
 */
export async function lockOutbox(
  tenant: Tenant,
  id: string,
  options: { readonly skipLocked?: boolean } = {},
): Promise<OutboxEntry | undefined> {
  const [row] = await tenant.sql
    .select(entryColumns)
    .from(outbox)
    .where(own(tenant, id))
    .for("update", options.skipLocked ? { skipLocked: true } : {});
  return row;
}

/** Takes a locked message one step further and tells it. Throws {@link OutboxStepError} where no such step leads on. */
export async function stepOutbox(
  tenant: Tenant,
  { id, state }: OutboxEntry,
  step: OutboxStep,
  change: OutboxChange = {},
): Promise<OutboxEntry> {
  const next = nextState(state, step);
  if (next === undefined) throw new OutboxStepError(`A message that is ${state} has no step ${step}`);
  const row = await changeOutbox(tenant, id, { ...change, state: next });
  await tellOutbox(tenant, row);
  return row;
}

/** Changes a locked message. */
export async function changeOutbox(tenant: Tenant, id: string, change: OutboxChange): Promise<OutboxEntry> {
  const [row] = await tenant.sql.update(outbox).set(change).where(own(tenant, id)).returning(entryColumns);
  if (row === undefined) throw new Error("The message of the outbox is gone while it is locked");
  return row;
}

/** Tells where a message stands. */
export async function tellOutbox(
  tenant: Tenant,
  { id, accountId, state, attempt, nextTryAt, resolvedBy }: OutboxEntry,
): Promise<void> {
  const data = { id, state, attempt, nextTryAt, resolvedBy };
  await addEvents(tenant, [{ type: EVENTS[state], accountId, data }]);
}

function own(tenant: Tenant, id: string) {
  return and(isSeen(tenant, outbox), eq(outbox.id, id));
}
