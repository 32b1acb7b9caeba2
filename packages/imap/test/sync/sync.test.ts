import type { MailServers } from "@mailwright/testing";
import { describe, expect, it } from "vitest";
import type { SyncStrategy } from "../../src/index.js";
import { type ImapFixture, imapFixture } from "../support/imap-fixture.js";
import { plainMessage } from "../support/mime-samples.js";
import { flagText, SyncedCopy } from "../support/synced-copy.js";

const THREE = ["one", "two", "three"].map((subject) => plainMessage(subject));
const strategies: readonly SyncStrategy[] = ["qresync", "condstore", "plain"];

function truth(mail: MailServers, folder = "INBOX"): Map<number, string> {
  return new Map(mail.store.messages("ada", folder).map(({ uid, flags }) => [uid, flagText(flags)]));
}

/** Syncs, and sees that the copy is what the server has. */
async function expectSame(
  { imap, mail }: ImapFixture,
  copy: SyncedCopy,
  strategy?: SyncStrategy,
): Promise<void> {
  await copy.sync(imap, "INBOX", { strategy });
  expect(copy.messages).toEqual(truth(mail));
}

describe.each(strategies)("a sync by %s", (strategy) => {
  it("brings everything first, and then what has changed", async () => {
    await using fixture = await imapFixture({ messages: THREE });
    const { store } = fixture.mail;
    const copy = new SyncedCopy();
    await expectSame(fixture, copy, strategy);
    expect(copy.takeLog().map(({ type }) => type)).toEqual(["added", "added", "added"]);
    store.setFlags("ada", "INBOX", 1, ["\\Seen", "$Work"]);
    store.expunge("ada", "INBOX", [2]);
    store.deliver("ada", plainMessage("four"));
    await expectSame(fixture, copy, strategy);
    expect(copy.takeLog()).toMatchObject([
      { type: "flags", id: 1, flags: ["\\Seen", "$Work"] },
      { type: "added", id: 4, message: { subject: "four", flags: new Set() } },
      { type: "removed", ids: [2] },
    ]);
    await expectSame(fixture, copy, strategy);
    expect(copy.takeLog()).toEqual([]);
  });

  it("gives no batch at all when nothing has changed", async () => {
    await using fixture = await imapFixture({ messages: THREE });
    const copy = new SyncedCopy();
    await expectSame(fixture, copy, strategy);
    expect(copy.batches).toBe(1);
    for await (const batch of fixture.imap.sync("INBOX", { cursor: copy.cursor, strategy })) {
      expect(batch).toBeUndefined();
    }
  });

  it("follows an empty folder that fills, and one that is emptied", async () => {
    await using fixture = await imapFixture();
    const { store } = fixture.mail;
    const copy = new SyncedCopy();
    await expectSame(fixture, copy, strategy);
    expect(copy.cursor).toBeDefined();
    store.deliver("ada", plainMessage("first"));
    await expectSame(fixture, copy, strategy);
    store.expunge("ada", "INBOX", [1]);
    await expectSame(fixture, copy, strategy);
    store.deliver("ada", plainMessage("second"));
    await expectSame(fixture, copy, strategy);
    expect([...copy.subjects.values()]).toEqual(["second"]);
  });

  it("says reset when the UIDs mean other messages, and brings everything again", async () => {
    await using fixture = await imapFixture({ messages: THREE });
    const copy = new SyncedCopy();
    await expectSame(fixture, copy, strategy);
    copy.takeLog();
    fixture.mail.store.setUidValidity("ada", "INBOX", 4711);
    await expectSame(fixture, copy, strategy);
    const log = copy.takeLog();
    expect(log[0]).toEqual({ type: "reset", reason: "uidvalidity" });
    expect(log.map(({ type }) => type)).toEqual(["reset", "added", "added", "added"]);
  });

  it("goes on in the middle of a first sync, the newest first", async () => {
    const messages = Array.from({ length: 25 }, (_, index) => plainMessage(`m${index + 1}`));
    await using fixture = await imapFixture({ messages });
    const { imap, mail } = fixture;
    const copy = new SyncedCopy();
    const options = { batchMessages: 10, order: "newest", strategy } as const;
    await copy.sync(imap, "INBOX", options, (batch) => batch === 2);
    expect([...copy.messages.keys()]).toEqual([16, 17, 18, 19, 20, 21, 22, 23, 24, 25]);
    mail.store.setFlags("ada", "INBOX", 20, ["\\Seen"]);
    mail.store.expunge("ada", "INBOX", [3, 18]);
    mail.store.deliver("ada", plainMessage("late"));
    copy.takeLog();
    await copy.sync(imap, "INBOX", options);
    expect(copy.messages).toEqual(truth(mail));
    const added = copy.takeLog().flatMap((event) => (event.type === "added" ? [event.id] : []));
    expect(added.sort((a, b) => a - b)).toEqual([1, 2, ...Array.from({ length: 12 }, (_, n) => n + 4), 26]);
  });
});
