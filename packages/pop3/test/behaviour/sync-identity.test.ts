import type { SyncCursor } from "@mailwright/core";
import { describe, expect, test } from "vitest";
import type { Pop3SyncOptions } from "../../src/sync/sync-options.js";
import { ADA, errorOf, message, type Pop3SetUp, setUpPop3 } from "../support/pop3-set-up.js";

const THREE = [message("one"), message("two"), message("three")];

interface Told {
  readonly added: string[];
  readonly removed: number;
  readonly cursor: SyncCursor | undefined;
}

/** Syncs, acknowledges everything, and tells what came. */
async function sync(mail: Pop3SetUp, options: Pop3SyncOptions = {}): Promise<Told> {
  const added: string[] = [];
  let removed = 0;
  let { cursor } = options;
  for await (const batch of mail.client().sync(options)) {
    for (const event of batch.events) {
      if (event.type === "added") added.push(/Subject: (.*)\r/.exec(String(event.message.source))?.[1] ?? "");
      else if (event.type === "removed") removed += event.ids.length;
      else throw new Error(`Unexpected: ${event.type}`);
    }
    await batch.acknowledge();
    cursor = JSON.parse(JSON.stringify(batch.cursor));
  }
  return { added, removed, cursor };
}

const NOTHING = { added: [], removed: 0 };

describe("UIDL that is refused", () => {
  test("for now is an error, tried again, and never taken for messages without UIDLs", async () => {
    let refusals = 0;
    await using mail = await setUpPop3(THREE, { quirks: { refuseUidl: () => refusals-- > 0 } });
    const { cursor } = await sync(mail);
    refusals = Number.POSITIVE_INFINITY;
    expect(await errorOf(sync(mail, { cursor }))).toMatchObject({
      code: "busy",
      phase: "uidl",
      retryable: true,
    });
    expect(await errorOf(mail.client().listMessages())).toMatchObject({ code: "busy" });
    refusals = 2;
    const patient = mail.client({ retry: { attempts: 3, backoff: () => 0 } });
    for await (const { events } of patient.sync({ cursor })) expect(events).toEqual([]);
    expect(refusals).toBe(-1);
    expect(await sync(mail, { cursor })).toMatchObject(NOTHING);
  });

  test("for good is an error too when the cursor knows the messages by UIDLs", async () => {
    await using mail = await setUpPop3(THREE);
    const { cursor } = await sync(mail);
    await using without = await setUpPop3(THREE, { disable: ["UIDL"] });
    expect(await errorOf(sync(without, { cursor }))).toMatchObject({ code: "unsupported", phase: "uidl" });
  });

  test("and comes back leaves a cursor of digests as it is", async () => {
    await using without = await setUpPop3(THREE, { disable: ["UIDL"] });
    const first = await sync(without);
    await using mail = await setUpPop3(THREE);
    const second = await sync(mail, { cursor: first.cursor });
    expect(second).toMatchObject(NOTHING);
    mail.store.deliver(ADA.user, message("four"));
    const third = await sync(mail, { cursor: first.cursor });
    expect(third).toMatchObject({ added: ["four"], removed: 0 });
    expect(await sync(mail, { cursor: third.cursor })).toMatchObject(NOTHING);
  });
});

describe("UIDLs that are odd", () => {
  test("of more than 70 characters are names like others", async () => {
    const uidlOf = (uid: number): string => `${"x".repeat(80)}${uid}`;
    await using mail = await setUpPop3(THREE, { quirks: { uidlOf } });
    const { cursor, added } = await sync(mail);
    expect(added).toHaveLength(3);
    await mail.client().deleteMessage(uidlOf(2));
    expect(await sync(mail, { cursor })).toMatchObject({ added: [], removed: 1 });
  });

  test.each([1, 2])("of two equal ones the other stays known when message %i is deleted", async (gone) => {
    const uidlOf = (uid: number): string => (uid < 3 ? "same" : `own${uid}`);
    await using mail = await setUpPop3(THREE, { quirks: { uidlOf } });
    const first = await sync(mail);
    expect(first.added).toEqual(["one", "two", "three"]);
    await mail.client().deleteMessage(gone);
    const second = await sync(mail, { cursor: first.cursor });
    expect(second).toMatchObject({ added: [], removed: 1 });
    expect(await sync(mail, { cursor: second.cursor })).toMatchObject(NOTHING);
  });

  test.each([1, 2])(
    "a second message with a known UIDL is new, and the first stays known, when message %i goes",
    async (gone) => {
      const uidlOf = (): string => "same";
      await using mail = await setUpPop3(THREE.slice(0, 1), { quirks: { uidlOf } });
      const first = await sync(mail);
      mail.store.deliver(ADA.user, message("two"));
      const second = await sync(mail, { cursor: first.cursor });
      expect(second).toMatchObject({ added: ["two"], removed: 0 });
      await mail.client().deleteMessage(gone);
      const third = await sync(mail, { cursor: second.cursor });
      expect(third).toMatchObject({ added: [], removed: 1 });
      expect(await sync(mail, { cursor: third.cursor })).toMatchObject(NOTHING);
    },
  );

  test("without any, a changed status leaves messages known", async () => {
    const flagged = (status: string): string[] => THREE.map((text) => `Status: ${status}\r\n${text}`);
    await using before = await setUpPop3(flagged("O"), { disable: ["UIDL"] });
    const { cursor } = await sync(before);
    await using after = await setUpPop3(flagged("RO"), { disable: ["UIDL"] });
    expect(await sync(after, { cursor })).toMatchObject(NOTHING);
  });
});
