import { describe, expect, it } from "vitest";
import type { SyncStrategy } from "../../src/index.js";
import { type ImapFixture, imapFixture } from "../support/imap-fixture.js";
import { plainMessage } from "../support/mime-samples.js";
import { SyncedCopy } from "../support/synced-copy.js";

const strategies: readonly SyncStrategy[] = ["qresync", "condstore", "plain"];
const since = new Date("2026-03-01T15:00:00Z");
const OLD = "2026-02-28T12:00:00Z";
const NEW = "2026-03-01T12:00:00Z";

/** Each is received on the day that is given for it, by these UIDs. */
async function received(...days: readonly string[]): Promise<ImapFixture> {
  const fixture = await imapFixture();
  for (const [index, day] of days.entries()) deliver(fixture, String(index + 1), day);
  return fixture;
}

function deliver({ mail }: ImapFixture, subject: string, day: string): void {
  mail.store.deliver("ada", plainMessage(subject), { internalDate: new Date(day) });
}

describe.each(strategies)("a sync since a day, by %s", (strategy) => {
  it("leaves out what is older, for good, and tells nothing more of it", async () => {
    await using fixture = await received(OLD, NEW, OLD, NEW, OLD);
    const { store } = fixture.mail;
    const copy = new SyncedCopy();
    await copy.sync(fixture.imap, "INBOX", { strategy, since });
    expect([...copy.messages.keys()]).toEqual([2, 4]);
    store.setFlags("ada", "INBOX", 1, ["\\Seen"]);
    store.setFlags("ada", "INBOX", 2, ["\\Seen"]);
    store.expunge("ada", "INBOX", [3, 4]);
    copy.takeLog();
    await copy.sync(fixture.imap, "INBOX", { strategy, since });
    expect(copy.takeLog()).toMatchObject([
      { type: "flags", id: 2 },
      { type: "removed", ids: [4] },
    ]);
    const before = copy.batches;
    await copy.sync(fixture.imap, "INBOX", { strategy });
    expect([copy.batches, copy.takeLog()]).toEqual([before, []]);
  });

  it("brings what comes later, however old it is: somebody has moved it there", async () => {
    await using fixture = await received(OLD, OLD);
    const copy = new SyncedCopy();
    await copy.sync(fixture.imap, "INBOX", { strategy, since });
    expect(copy.messages.size).toBe(0);
    deliver(fixture, "moved", OLD);
    deliver(fixture, "new", NEW);
    await copy.sync(fixture.imap, "INBOX", { strategy, since });
    expect([...copy.subjects.values()]).toEqual(["moved", "new"]);
  });

  it("that was broken off goes on with the same messages, and counts only these", async () => {
    await using fixture = await received(OLD, NEW, NEW, OLD, NEW, NEW);
    const copy = new SyncedCopy();
    const options = { strategy, since, batchMessages: 1 };
    await copy.sync(fixture.imap, "INBOX", { ...options, order: "newest" }, (batch) => batch === 3);
    expect([...copy.messages.keys()]).toEqual([6, 5]);
    const progress: number[] = [];
    for await (const batch of fixture.imap.sync("INBOX", { ...options, cursor: copy.cursor })) {
      copy.store(batch.events);
      progress.push(batch.progress.total);
      await batch.acknowledge();
    }
    expect([...copy.messages.keys()].sort()).toEqual([2, 3, 5, 6]);
    expect(new Set(progress)).toEqual(new Set([4]));
  });

  it("leaves the old out again when the UIDs mean other messages", async () => {
    await using fixture = await received(OLD, NEW);
    const copy = new SyncedCopy();
    await copy.sync(fixture.imap, "INBOX", { strategy, since });
    fixture.mail.store.setUidValidity("ada", "INBOX", 4711);
    copy.takeLog();
    await copy.sync(fixture.imap, "INBOX", { strategy, since });
    expect(copy.takeLog()).toMatchObject([{ type: "reset" }, { type: "added", id: 2 }]);
  });
});

it("a sync of an account since a day opens no folder again of which something was left out", async () => {
  const commands: string[] = [];
  await using fixture = await imapFixture({
    server: { answer: ({ name }) => void commands.push(name) },
  });
  for (const day of [OLD, NEW]) deliver(fixture, day, day);
  const cursors: Record<string, NonNullable<SyncedCopy["cursor"]>> = {};
  const pass = async (): Promise<number> => {
    let added = 0;
    for await (const batch of fixture.imap.syncAll({ since, cursors })) {
      added += batch.events.filter(({ type }) => type === "added").length;
      if (batch.cursor !== null) cursors[batch.folder] = batch.cursor;
      await batch.acknowledge();
    }
    return added;
  };
  expect(await pass()).toBe(1);
  commands.length = 0;
  expect(await pass()).toBe(0);
  expect(commands.filter((name) => name === "SELECT" || name === "EXAMINE")).toEqual([]);
});

it("a sync since what is no date is refused", async () => {
  await using fixture = await imapFixture();
  for (const wrong of [new Date("never"), "2026-03-01" as unknown as Date])
    await expect(fixture.imap.sync("INBOX", { since: wrong }).next()).rejects.toMatchObject({
      code: "invalid-argument",
    });
});
