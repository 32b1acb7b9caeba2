import { expect, test } from "vitest";
import { OUTBOX_STATES } from "../../../src/db/schema/outbox.js";
import type { OutboxEntry } from "../../../src/web/api/answers.js";
import { isHeld, sentWords } from "../../../src/web/outbox/sent-words.js";

const NOON = "2026-03-01T12:00:00.000Z";

function entry(values: Partial<OutboxEntry>): OutboxEntry {
  return {
    id: "1",
    accountId: "ada",
    messageId: "<1@example.test>",
    subject: "Bridges",
    to: ["bob@example.test"],
    state: "queued",
    sendAt: null,
    attempt: 0,
    nextTryAt: null,
    resolvedBy: null,
    sentCopy: "none",
    createdAt: NOON,
    ...values,
  };
}

test("what waits to be taken back is not what shall go out later", () => {
  const soon = entry({ state: "scheduled", sendAt: "2026-03-01T12:00:10.000Z" });
  const later = entry({ state: "scheduled", sendAt: "2026-03-02T12:00:00.000Z" });
  expect([isHeld(soon), isHeld(later), isHeld({ ...soon, state: "accepted" })]).toEqual([true, false, false]);
  expect(sentWords(soon).words).toBe("Goes out in a moment");
  expect(sentWords(later).words).toMatch(/^Goes out .*2026/);
});

test("every state has its words, and only what arrived is said to be good", () => {
  const moods = OUTBOX_STATES.map((state) => [state, sentWords(entry({ state })).mood]);
  expect(moods.filter(([, mood]) => mood === "good").map(([state]) => state)).toEqual(["accepted"]);
  expect(sentWords(entry({ state: "resolved", resolvedBy: "sent-folder" })).mood).toBe("good");
  for (const state of OUTBOX_STATES) expect(sentWords(entry({ state })).words).not.toBe("");
  expect(sentWords(entry({ state: "deferred", nextTryAt: NOON })).words).toMatch(/next try .*2026/);
});
