import type { OUTBOX_STATES, RECIPIENT_STATUSES } from "../../db/schema/outbox.js";

/** Where a message that somebody sends stands. */
export type OutboxState = (typeof OUTBOX_STATES)[number];

/** What can happen to it: what a person does, what the clock does, and what an attempt comes to. */
export type OutboxStep =
  | "queue"
  | "schedule"
  | "due"
  | "cancel"
  | "claim"
  | "lapse-unbegun"
  | "lapse-begun"
  | "resolve"
  | "accepted"
  | "partial"
  | "rejected"
  | "invalid"
  | "deferred"
  | "not-sent"
  | "unknown";

/**
 * Every step there is; what is not here never happens. A claim of what was tried before goes to those recipients only who
 * cannot have the message; out of `unknown` no claim leads, so that nothing in doubt is sent again by itself.
 */
const STEPS: Readonly<Record<OutboxState, Readonly<Partial<Record<OutboxStep, OutboxState>>>>> = {
  draft: { queue: "queued", schedule: "scheduled" },
  scheduled: { due: "queued", cancel: "draft" },
  queued: { claim: "sending", cancel: "draft" },
  sending: {
    "lapse-unbegun": "queued",
    "lapse-begun": "unknown",
    accepted: "accepted",
    partial: "partial",
    rejected: "rejected",
    invalid: "invalid",
    deferred: "deferred",
    "not-sent": "not-sent",
    unknown: "unknown",
  },
  accepted: {},
  partial: { claim: "sending" },
  rejected: {},
  invalid: {},
  deferred: { claim: "sending", cancel: "draft" },
  "not-sent": { claim: "sending", cancel: "draft" },
  unknown: { resolve: "resolved" },
  resolved: { claim: "sending" },
};

/** The state after a step; `undefined` where the step is not possible. */
export function nextState(from: OutboxState, step: OutboxStep): OutboxState | undefined {
  return STEPS[from][step];
}

type RecipientStatus = (typeof RECIPIENT_STATUSES)[number];

/** Whether there is somebody whom the message may be sent to: one who cannot have it. */
export function canRetry(state: OutboxState, recipients: readonly RecipientStatus[]): boolean {
  const isOpen = recipients.some(
    (status) => status === "queued" || status === "deferred" || status === "not-sent",
  );
  return isOpen && nextState(state, "claim") !== undefined;
}

/** Whether the message may be taken back: nobody has it, or may have it. */
export function canCancel(state: OutboxState, recipients: readonly RecipientStatus[]): boolean {
  const isSomewhere = recipients.some((status) => status === "accepted" || status === "unknown");
  return !isSomewhere && nextState(state, "cancel") !== undefined;
}

/** After so many minutes the next attempt, by how many there were; after the last nobody tries by itself. */
const RETRY_MINUTES = [1, 5, 15, 60, 240, 480, 960, 1_440, 2_880] as const;
/** After so many seconds somebody looks into the Sent folder, by how often somebody did. */
const CHECK_SECONDS = [5, 60, 300, 1_800, 21_600, 86_400] as const;

/** How long to wait after the attempt of this number; `undefined` when there is no other. */
export function retryAfterSeconds(attempt: number): number | undefined {
  const minutes = RETRY_MINUTES[attempt - 1];
  return minutes === undefined ? undefined : 60 * minutes;
}

/** How long to wait for the next look into the Sent folder, after so many; `undefined` when there is no other. */
export function checkAfterSeconds(checks: number): number | undefined {
  return CHECK_SECONDS[checks];
}
