import { describe, expect, it } from "vitest";
import { UidRanges } from "../../src/wire/uid-ranges.js";
import { imapFixture } from "../support/imap-fixture.js";
import { plainMessage } from "../support/mime-samples.js";
import { SyncedCopy } from "../support/synced-copy.js";

/** One run tries a hundred again. */
const ALL = Array.from({ length: 200 }, (_, index) => index + 1);
const messages = ALL.map((uid) => plainMessage(`message ${uid}`));

it("10: a message is asked for three times before it is told as unfetchable, and in later syncs again", async () => {
  const asked: string[] = [];
  await using fixture = await imapFixture({
    messages: messages.slice(0, 3),
    server: {
      quirks: { silentFetchUids: [2] },
      answer: ({ name, arguments: text }) => {
        const { uids = "" } = /^(?<uids>[\d:,]+) /.exec(text)?.groups ?? {};
        if (name === "UID FETCH" && UidRanges.parse(uids).has(2)) asked.push(text);
        return undefined;
      },
    },
  });
  const copy = new SyncedCopy();
  for (const told of [["added", "added", "unfetchable"], [], []]) {
    await copy.sync(fixture.imap, "INBOX");
    expect(copy.takeLog().map(({ type }) => type)).toEqual(told);
    expect(asked.splice(0)).toHaveLength(3);
  }
});

describe("a sync of more withheld messages than one run tries again", () => {
  it("goes round, so that the last comes although all before it stay withheld", async () => {
    const withheld = ALL.slice(0, 101);
    await using fixture = await imapFixture({
      messages: messages.slice(0, 101),
      server: { quirks: { silentFetchUids: withheld } },
    });
    const { imap, mail } = fixture;
    const copy = new SyncedCopy();
    await copy.sync(imap, "INBOX");
    const told = copy.takeLog().flatMap((event) => (event.type === "unfetchable" ? event.ids : []));
    expect(told).toEqual(withheld);
    mail.imap.configure({ quirks: { silentFetchUids: withheld.slice(0, -1) } });
    await copy.sync(imap, "INBOX");
    await copy.sync(imap, "INBOX");
    expect(copy.takeLog()).toMatchObject([{ type: "added", id: 101 }]);
    expect(copy.messages.size).toBe(1);
    // The first have their turn again, and what is left is few enough to need no turns.
    mail.imap.configure({ quirks: { silentFetchUids: [7] } });
    await copy.sync(imap, "INBOX");
    expect(copy.messages.size).toBe(100);
    await copy.sync(imap, "INBOX");
    copy.takeLog();
    const before = copy.batches;
    await copy.sync(imap, "INBOX");
    expect([copy.takeLog(), copy.batches - before]).toEqual([[], 0]);
  });

  it("does not go past one that was given and not stored", async () => {
    await using fixture = await imapFixture({ messages, server: { quirks: { silentFetchUids: ALL } } });
    const { imap, mail } = fixture;
    const copy = new SyncedCopy();
    await copy.sync(imap, "INBOX");
    copy.takeLog();
    mail.imap.configure({ quirks: { silentFetchUids: ALL.filter((uid) => uid !== 5) } });
    mail.store.deliver("ada", plainMessage("new"));
    for await (const batch of imap.sync("INBOX", { cursor: copy.cursor, batchMessages: 100 })) {
      if (JSON.stringify(batch.events).includes('"message 5"')) continue;
      copy.store(batch.events);
      await batch.acknowledge();
      copy.cursor = batch.cursor;
    }
    expect(copy.takeLog()).toMatchObject([{ type: "added", id: 201 }]);
    await copy.sync(imap, "INBOX");
    expect(copy.takeLog()).toMatchObject([{ type: "added", id: 5 }]);
  });
});
