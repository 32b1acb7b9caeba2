import type { SyncCursor } from "@mailwright/core";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Pop3Client } from "../../src/pop3-client.js";
import type { Pop3SyncOptions } from "../../src/sync/sync-options.js";
import { ADA, errorOf, message, type Pop3SetUp, setUpPop3 } from "../support/pop3-set-up.js";

const THREE = [message("one"), message("two"), message("three")];

/** Syncs, and tells what came, by kinds of events; the cursor goes through JSON as callers store it. */
async function follow(
  pop3: Pop3Client,
  kept: { cursor?: SyncCursor | undefined },
  options: Pop3SyncOptions = {},
): Promise<string[]> {
  const told: string[] = [];
  for await (const batch of pop3.sync({ ...options, cursor: kept.cursor, body: "headers" })) {
    for (const event of batch.events)
      told.push(
        event.type === "added"
          ? `added ${/Subject: (.*)\r/.exec(String(event.message.source))?.[1]}`
          : `${event.type} ${"ids" in event ? event.ids.length : ""}`,
      );
    await batch.acknowledge();
    kept.cursor = JSON.parse(JSON.stringify(batch.cursor));
  }
  return told;
}

function deliver({ store }: Pop3SetUp, subject: string): void {
  store.deliver(ADA.user, message(subject));
}

/** The first thirteen are IMAP's. */
describe("the invariants of a sync", () => {
  test("14: the cursor is the set of UIDLs, for message numbers mean nothing in the next session", async () => {
    await using mail = await setUpPop3(THREE);
    const [pop3, kept] = [mail.client(), {}];
    await follow(pop3, kept);
    // What was 2 and 3 is 1 and 2 from now on.
    await pop3.deleteMessage(1);
    deliver(mail, "four");
    expect(await follow(pop3, kept)).toEqual(["added four", "removed 1"]);
    expect(await follow(pop3, kept)).toEqual([]);
  });

  test.each([
    ["missing", { omitUidls: [2] }, []],
    ["given twice", { duplicateUidls: true }, []],
    ["not to be had", {}, ["UIDL"]],
  ] as const)("14: where UIDLs are %s the header tells who is who", async (_what, quirks, disable) => {
    await using mail = await setUpPop3(THREE, { quirks, disable: [...disable] });
    const [pop3, kept] = [mail.client(), {}];
    expect(await follow(pop3, kept)).toEqual(["added one", "added two", "added three"]);
    await pop3.deleteMessage(3);
    deliver(mail, "four");
    expect(await follow(pop3, kept)).toEqual(["added four", "removed 1"]);
  });

  test("14: a copy is equal to the mailbox although other messages lack their UIDL each time", async () => {
    await using mail = await setUpPop3(THREE, { quirks: { omitUidls: [2] } });
    const [pop3, copy] = [mail.client(), new Map<string, string>()];
    let cursor: SyncCursor | undefined;
    for (const change of [() => {}, () => pop3.deleteMessage(1), () => deliver(mail, "four")]) {
      await change();
      for await (const batch of pop3.sync({ cursor, body: "headers" })) {
        for (const event of batch.events) {
          if (event.type === "added") copy.set(event.id, String(event.message.source));
          else if (event.type === "removed") for (const id of event.ids) copy.delete(id);
        }
        await batch.acknowledge();
        cursor = batch.cursor;
      }
      const subjects = [...copy.values()].map((header) => /Subject: (.*)\r/.exec(header)?.[1]);
      expect(subjects.sort()).toEqual(mail.subjects().sort());
    }
  });

  test("14: a UIDL that is absent because the server says -ERR is not removed", async () => {
    let isRefused = false;
    await using mail = await setUpPop3(THREE, { quirks: { refuseUidl: () => isRefused } });
    const [pop3, kept] = [mail.client(), {}];
    await follow(pop3, kept);
    isRefused = true;
    expect(await errorOf(follow(pop3, kept))).toMatchObject({ phase: "uidl" });
    isRefused = false;
    expect(await follow(pop3, kept)).toEqual([]);
  });

  test("14: what is deleted is gone with the +OK to QUIT, and not before", async () => {
    await using mail = await setUpPop3(THREE, { quirks: { failUpdate: true } });
    const [pop3, kept] = [mail.client(), {}];
    await follow(pop3, kept);
    await errorOf(pop3.deleteMessage(1));
    expect(await follow(pop3, kept)).toEqual([]);
    expect(mail.subjects()).toEqual(["one", "two", "three"]);
  });

  test("14: a message is left for so many days, whatever EXPIRE says, and what the server expires is gone", async () => {
    const start = Date.UTC(2026, 10, 20, 12);
    const day = (days: number): unknown => vi.setSystemTime(start + days * 86_400_000);
    vi.useFakeTimers({ toFake: ["Date"], now: start });
    await using mail = await setUpPop3(THREE, { expireDays: 60 });
    const [pop3, kept, policy] = [mail.client(), {}, { leaveOnServerDays: 14 }];
    expect(await follow(pop3, kept, policy)).toEqual(["added one", "added two", "added three"]);
    day(6);
    deliver(mail, "four");
    expect(await follow(pop3, kept, policy)).toEqual(["added four"]);
    day(13);
    expect(await follow(pop3, kept, policy)).toEqual([]);
    expect(mail.subjects()).toEqual(["one", "two", "three", "four"]);
    day(14);
    // Deleted by the policy, and so no news.
    expect(await follow(pop3, kept, policy)).toEqual([]);
    expect(mail.subjects()).toEqual(["four"]);
    expect(await follow(pop3, kept, policy)).toEqual([]);
    const [four] = mail.store.messages(ADA.user);
    mail.store.expunge(ADA.user, "INBOX", [four?.uid ?? 0]);
    expect(await follow(pop3, kept, policy)).toEqual(["removed 1"]);
  });
});

afterEach(() => void vi.useRealTimers());
