import { describe, expect, test } from "vitest";
import { planEvents } from "../../src/web/live/event-plan.js";

const event = (type: string, data: Record<string, unknown>) => ({ type, accountId: "ada", data });

describe("events of a short while", () => {
  test("that a message came and changed asks for it once; that it went, not at all", () => {
    const plan = planEvents([
      event("message.added", { id: 1, seen: false, inbox: true }),
      event("message.updated", { id: 1 }),
      event("message.added", { id: 2, seen: false, inbox: true }),
      event("message.updated", { id: 3 }),
      event("message.removed", { id: 2 }),
    ]);
    expect([[...plan.added], [...plan.updated], [...plan.removed]]).toEqual([[1], [3], [2]]);
    expect(plan.arrivals).toBe(1);
  });

  test("that a server refused what had waited reads the message anew and has the server's words", () => {
    const plan = planEvents([
      event("message.refused", { id: 4, message: "Refused", server: "Not today" }),
      event("message.refused", { id: 5, message: "No such folder" }),
    ]);
    expect([[...plan.updated], plan.refusals]).toEqual([
      [4, 5],
      ["Not today", "No such folder"],
    ]);
  });

  test("announce only what is unread in an inbox", () => {
    const plan = planEvents([
      event("message.added", { id: 1, seen: true, inbox: true }),
      event("message.added", { id: 2, seen: false, inbox: false }),
      event("message.added", { id: 3, seen: false, inbox: true }),
    ]);
    expect(plan.arrivals).toBe(1);
  });

  test("tell the last version of a draft, that it is gone, and how far a message has come", () => {
    const { drafts, sends } = planEvents([
      event("draft.saved", { id: "one", version: 1 }),
      event("draft.saved", { id: "two", version: 4 }),
      event("draft.saved", { id: "one", version: 2 }),
      event("draft.removed", { id: "two", version: 4 }),
      event("send.queued", { id: "m", state: "queued" }),
      event("send.partial", { id: "m", state: "partial" }),
    ]);
    expect([...drafts]).toEqual([
      ["one", 2],
      ["two", "gone"],
    ]);
    expect([...sends]).toEqual([["m", "partial"]]);
  });

  test("tell of what something came back, and that no message changed by it", () => {
    const { returned, sends, updated } = planEvents([
      event("message.bounced", { id: "m" }),
      event("message.complained", { id: "n" }),
    ]);
    expect([...returned]).toEqual(["m", "n"]);
    expect(sends.size + updated.size).toBe(0);
  });

  test("tell the latest progress of each folder and state of each account", () => {
    const plan = planEvents([
      event("sync.progress", { id: "inbox", synced: 100 }),
      event("sync.progress", { id: "inbox", synced: 200 }),
      event("account.state", { id: "ada", state: "live" }),
    ]);
    expect(plan.folders.get("inbox")).toMatchObject({ synced: 200 });
    expect(plan.accounts.get("ada")).toMatchObject({ state: "live" });
    expect([plan.areFoldersOther, plan.areAccountsOther, plan.isReset]).toEqual([false, false, false]);
  });

  test("of a folder that was emptied or renamed have the lists read anew, of a first sync from time to time", () => {
    expect(planEvents([event("folder.updated", { id: "inbox", isReset: true })]).areListsOther).toBe(true);
    expect(planEvents([event("folder.added", { id: "inbox" })]).areListsOther).toBe(false);
    expect(planEvents([event("sync.progress", { id: "inbox", lastPassAt: null })]).isFirstSync).toBe(true);
    const later = { id: "inbox", lastPassAt: "2026-01-05T14:02:00.000Z" };
    expect(planEvents([event("sync.progress", later)]).isFirstSync).toBe(false);
  });

  test("say when counts, accounts or everything must be read anew", () => {
    expect(planEvents([event("message.updated", { id: 1 })]).areFoldersOther).toBe(true);
    expect(planEvents([event("account.removed", { id: "ada" })]).areAccountsOther).toBe(true);
    expect(planEvents([event("events.reset", {})]).isReset).toBe(true);
  });
});
