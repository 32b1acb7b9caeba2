import type { ImapCapability } from "@mailwright/testing";
import { describe, expect, it } from "vitest";
import type { ImapSyncBatch, ImapSyncOptions, SyncCursor } from "../../src/index.js";
import { imapFixture } from "../support/imap-fixture.js";
import { mixedMessage, plainMessage } from "../support/mime-samples.js";

const TEN = Array.from({ length: 10 }, (_, index) => plainMessage(`m${index + 1}`, "x".repeat(1_000)));

/** Takes batches and acknowledges each. */
async function take(batches: AsyncIterable<ImapSyncBatch>): Promise<ImapSyncBatch[]> {
  const taken: ImapSyncBatch[] = [];
  for await (const batch of batches) {
    taken.push(batch);
    await batch.acknowledge();
  }
  return taken;
}

const idsOf = ({ events }: ImapSyncBatch): number[] =>
  events.flatMap((event) => (event.type === "added" ? [event.id] : []));

describe("the batches of a sync", () => {
  it("hold as many messages as were asked for, and bodies of so many bytes", async () => {
    await using fixture = await imapFixture({ messages: TEN });
    // The last may be empty, and is there for its cursor.
    const sizes = async (options: ImapSyncOptions): Promise<number[]> =>
      (await take(fixture.imap.sync("INBOX", options)))
        .map((batch) => idsOf(batch).length)
        .filter((count) => count > 0);
    expect(await sizes({ batchMessages: 4 })).toEqual([4, 4, 2]);
    expect(await sizes({ body: "text", batchBytes: 2_500 })).toEqual([3, 3, 3, 1]);
    expect(await sizes({ body: "full", batchBytes: 1 })).toEqual(Array(10).fill(1));
    // Without bodies there are no bytes to count.
    expect(await sizes({ batchBytes: 1 })).toEqual([10]);
  });

  it("bring what of the messages is asked for, the oldest or the newest first", async () => {
    await using fixture = await imapFixture({ messages: [mixedMessage(1), plainMessage("two")] });
    const { imap } = fixture;
    const [full] = await take(imap.sync("INBOX", { body: "full", headers: ["x-number"] }));
    expect(full?.events).toMatchObject([
      { type: "added", message: { headers: expect.any(Map), source: expect.any(Buffer) } },
      { type: "added", message: { subject: "two", source: expect.any(Buffer) } },
    ]);
    const text = await take(imap.sync("INBOX", { body: "text", order: "newest", batchMessages: 1 }));
    expect(text.map((batch) => batch.events)).toMatchObject([
      [{ id: 2, message: { text: "Hello.\n" } }],
      [{ id: 1, message: { source: undefined } }],
    ]);
  });

  it("tell how much is done of how much, also when the sync was broken off", async () => {
    await using fixture = await imapFixture({ messages: TEN });
    const { imap, mail } = fixture;
    let cursor: SyncCursor | undefined;
    const seen: string[] = [];
    for await (const batch of imap.sync("INBOX", { batchMessages: 3 })) {
      await batch.acknowledge();
      seen.push(`${batch.progress.done} of ${batch.progress.total}`);
      cursor = batch.cursor;
      if (seen.length === 2) break;
    }
    mail.store.deliver("ada", plainMessage("late"));
    for await (const batch of imap.sync("INBOX", { batchMessages: 3, cursor })) {
      // As it will be when the batch is stored.
      seen.push(`${batch.progress.done} of ${batch.progress.total}`);
      await batch.acknowledge();
    }
    expect(seen).toEqual(["3 of 10", "6 of 10", "9 of 11", "11 of 11"]);
  });

  it("are plain JSON, cursor and events", async () => {
    await using fixture = await imapFixture({ messages: TEN.slice(0, 3) });
    const { imap, mail } = fixture;
    const [first] = await take(imap.sync("INBOX"));
    mail.store.setFlags("ada", "INBOX", 1, ["\\Seen"]);
    mail.store.expunge("ada", "INBOX", [2]);
    const next = await take(imap.sync("INBOX", { cursor: first?.cursor }));
    const through = JSON.parse(JSON.stringify([first?.events, next.flatMap(({ events }) => events)]));
    expect(through[0][0]).toMatchObject({ type: "added", id: 1, message: { flags: [], subject: "m1" } });
    expect(through[1]).toEqual([
      { type: "flags", id: 1, flags: ["\\Seen"], modseq: expect.stringMatching(/^\d+$/) },
      { type: "removed", ids: [2] },
    ]);
    for (const { cursor } of next) expect(JSON.parse(JSON.stringify(cursor))).toEqual(cursor);
  });

  it("hold no connection while the caller works", async () => {
    await using fixture = await imapFixture({ messages: TEN, client: { pool: { maxPerKey: 1 } } });
    const { imap } = fixture;
    for await (const batch of imap.sync("INBOX", { batchMessages: 5 })) {
      expect(await imap.search("INBOX", { seen: false })).toHaveLength(10);
      await batch.acknowledge();
    }
  });
});

describe("a sync", () => {
  it("ends with the signal, and goes on from the last cursor", async () => {
    await using fixture = await imapFixture({ messages: TEN });
    const ended = new AbortController();
    let cursor: SyncCursor | undefined;
    const run = async (): Promise<void> => {
      for await (const batch of fixture.imap.sync("INBOX", { batchMessages: 4, signal: ended.signal })) {
        await batch.acknowledge();
        cursor = batch.cursor;
        ended.abort();
      }
    };
    await expect(run()).rejects.toMatchObject({ code: "aborted" });
    const rest = await take(fixture.imap.sync("INBOX", { cursor }));
    expect(rest.flatMap(idsOf)).toEqual([5, 6, 7, 8, 9, 10]);
  });

  it.each([
    ["qresync", ["QRESYNC"]],
    ["qresync", ["ENABLE"]],
    ["condstore", ["CONDSTORE"]],
  ] as const)("that is pinned to %s rejects on a server without %s", async (strategy, disable) => {
    await using fixture = await imapFixture({ server: { disable: disable as readonly ImapCapability[] } });
    await expect(fixture.imap.sync("INBOX", { strategy }).next()).rejects.toMatchObject({
      code: "unsupported",
    });
    expect((await fixture.imap.sync("INBOX", { strategy: "plain" }).next()).value).toBeDefined();
  });

  it("that is pinned to CONDSTORE rejects for a mailbox without MODSEQs", async () => {
    await using fixture = await imapFixture({ messages: TEN, server: { quirks: { noModseq: true } } });
    await expect(fixture.imap.sync("INBOX", { strategy: "condstore" }).next()).rejects.toMatchObject({
      code: "unsupported",
    });
  });

  it("of an account opens no more connections than it may", async () => {
    await using fixture = await imapFixture({ client: { pool: { maxPerKey: 8 } } });
    const { imap, mail } = fixture;
    for (let index = 0; index < 20; index++) {
      mail.store.createMailbox("ada", `List ${index}`);
      mail.store.deliver("ada", plainMessage(`m${index}`), { mailbox: `List ${index}` });
    }
    const opened: number[] = [];
    for (const concurrency of [1, 3]) {
      for await (const batch of imap.syncAll({ concurrency })) await batch.acknowledge();
      opened.push(imap.stats().created);
    }
    expect(opened[0]).toBe(1);
    expect(opened[1]).toBeLessThanOrEqual(3);
    expect(opened[1]).toBeGreaterThan(1);
  });
});
