import { expect, test } from "vitest";
import { OUTBOX_STATES } from "../../../src/db/schema/outbox.js";
import {
  canCancel,
  canRetry,
  checkAfterSeconds,
  nextState,
  type OutboxState,
  type OutboxStep,
  retryAfterSeconds,
} from "../../../src/store/outbox/states.js";

const OUTCOMES = ["accepted", "partial", "rejected", "invalid", "deferred", "not-sent", "unknown"] as const;
const STEPS: readonly OutboxStep[] = [
  ...(["queue", "schedule", "due", "cancel", "claim", "lapse-unbegun", "lapse-begun", "resolve"] as const),
  ...OUTCOMES,
];
const ALLOWED: readonly (readonly [OutboxState, OutboxStep, OutboxState])[] = [
  ["draft", "queue", "queued"],
  ["draft", "schedule", "scheduled"],
  ["scheduled", "due", "queued"],
  ["scheduled", "cancel", "draft"],
  ["queued", "claim", "sending"],
  ["queued", "cancel", "draft"],
  ["sending", "lapse-unbegun", "queued"],
  ["sending", "lapse-begun", "unknown"],
  ...OUTCOMES.map((outcome) => ["sending", outcome, outcome] as const),
  ["partial", "claim", "sending"],
  ["deferred", "claim", "sending"],
  ["deferred", "cancel", "draft"],
  ["not-sent", "claim", "sending"],
  ["not-sent", "cancel", "draft"],
  ["unknown", "resolve", "resolved"],
  ["resolved", "claim", "sending"],
];

test.each(OUTBOX_STATES)("out of %s lead the steps of the table and no others", (from) => {
  const found = STEPS.map((step) => [step, nextState(from, step)] as const);
  const expected = STEPS.map((step) => {
    const [, , to] = ALLOWED.find(([state, taken]) => state === from && taken === step) ?? [];
    return [step, to] as const;
  });
  expect(found).toEqual(expected);
});

test("nothing that is in doubt, or over, is ever claimed", () => {
  const claimed = OUTBOX_STATES.filter((state) => nextState(state, "claim") !== undefined);
  expect(claimed).toEqual(["queued", "partial", "deferred", "not-sent", "resolved"]);
});

test("tries come after 1, 5, 15 and 60 minutes, then after hours up to two days, then not by themselves", () => {
  const minutes = Array.from({ length: 10 }, (_, index) => retryAfterSeconds(index + 1)).map(
    (seconds) => seconds && seconds / 60,
  );
  expect(minutes).toEqual([1, 5, 15, 60, 240, 480, 960, 1_440, 2_880, undefined]);
  expect([0, 5, 6].map(checkAfterSeconds)).toEqual([5, 86_400, undefined]);
});

test("is sent again to those who cannot have it, and in no state that no claim leads out of", () => {
  const open = ["queued", "deferred", "not-sent"] as const;
  const closed = ["accepted", "rejected", "unknown"] as const;
  for (const one of open) expect([one, canRetry("partial", ["accepted", one])]).toEqual([one, true]);
  expect(canRetry("partial", closed)).toBe(false);
  const states = OUTBOX_STATES.filter((state) => canRetry(state, open));
  expect(states).toEqual(["queued", "partial", "deferred", "not-sent", "resolved"]);
});

test("is taken back where nobody has it or may have it, and in no state that no such step leads out of", () => {
  expect(canCancel("queued", ["queued", "deferred", "not-sent", "rejected"])).toBe(true);
  for (const one of ["accepted", "unknown"] as const)
    expect([one, canCancel("queued", ["queued", one])]).toEqual([one, false]);
  const states = OUTBOX_STATES.filter((state) => canCancel(state, ["queued"]));
  expect(states).toEqual(["scheduled", "queued", "deferred", "not-sent"]);
});
