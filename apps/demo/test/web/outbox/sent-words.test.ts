import { describe, expect, test } from "vitest";
import { OUTBOX_STATES } from "../../../src/db/schema/outbox.js";
import type { OutboxEntry, OutboxMessage } from "../../../src/web/api/answers.js";
import { isHeld, recipientWords, sentWords } from "../../../src/web/outbox/sent-words.js";

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
    bounced: 0,
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

test("a message that came back is not said to be sent, and from how many is said", () => {
  const to = ["bob@example.test", "carol@example.test"];
  expect(sentWords(entry({ state: "accepted", to, bounced: 1 }))).toEqual({
    mood: "bad",
    words: "Came back from 1 of 2",
  });
  expect(sentWords(entry({ state: "resolved", to, bounced: 2 })).words).toBe("Came back");
  // What is still tried is said before.
  expect(sentWords(entry({ state: "deferred", to, bounced: 1 })).words).toMatch(/later/);
});

describe("a recipient", () => {
  const accepted: OutboxMessage["recipients"][number] = {
    address: "bob@example.test",
    status: "accepted",
    code: "250",
    enhancedCode: "2.0.0",
    text: "Ok, queued",
    bounce: null,
    bouncedAt: null,
  };
  const bounce = { kind: "bounce", enhancedCode: "5.1.1", text: "550 5.1.1 no such user" } as const;
  const attempt = (finishedAt: string | null): OutboxMessage["attempts"][number] => ({
    attempt: 1,
    phase: "done",
    startedAt: NOON,
    finishedAt,
    connectionId: null,
    error: null,
  });
  const bouncedAt = "2026-03-01T12:14:20.000Z";

  test("that has it is told in the words of the server that took it", () => {
    expect(recipientWords(accepted, [attempt(NOON)])).toEqual({
      mood: "good",
      words: "Accepted by the server",
      later: undefined,
      code: "250 2.0.0",
      server: "Ok, queued",
    });
  });

  test("whom the server refused is told so in its words, and nobody who may not have it is said to", () => {
    const refused = { status: "rejected", code: "550", enhancedCode: "5.1.1", text: "no such user" } as const;
    expect(recipientWords({ ...accepted, ...refused }, [attempt(NOON)])).toEqual({
      mood: "bad",
      words: "Refused",
      later: undefined,
      code: "550 5.1.1",
      server: "no such user",
    });
    const mood = (status: typeof accepted.status) => recipientWords({ ...accepted, status }, []).mood;
    expect(
      (["queued", "deferred", "not-sent", "unknown"] as const).filter((one) => mood(one) === "good"),
    ).toEqual([]);
  });

  test("from whom it came back is told with how long after, and in the words of who refused it", () => {
    expect(recipientWords({ ...accepted, bounce, bouncedAt }, [attempt(NOON)])).toEqual({
      mood: "bad",
      words: "Came back",
      later: "Delivered to the server, came back 14 min later",
      code: "5.1.1",
      server: "550 5.1.1 no such user",
    });
    // An attempt after it has not brought it about.
    const later = attempt("2026-03-01T13:00:00.000Z");
    expect(recipientWords({ ...accepted, bounce, bouncedAt }, [attempt(NOON), later]).later).toMatch(
      /14 min later$/,
    );
  });

  test("from whom it came back after one of several attempts is told with the time", () => {
    const two = [attempt(NOON), attempt("2026-03-01T12:05:00.000Z")];
    expect(recipientWords({ ...accepted, bounce, bouncedAt }, two).later).toMatch(/came back .*2026/);
  });

  test("that complained has it, and is told to have complained", () => {
    const complaint = { kind: "complaint", enhancedCode: null, text: "abuse" } as const;
    expect(recipientWords({ ...accepted, bounce: complaint, bouncedAt }, [attempt(NOON)])).toMatchObject({
      mood: "bad",
      words: "Accepted by the server",
      later: "Reported by the recipient as unwanted",
      server: "Ok, queued",
    });
  });
});
