import type { ImapServerOptions } from "@mailwright/testing";
import { describe, expect, it } from "vitest";
import { ImapClient, type ImapSyncOptions, type SyncCursor } from "../../src/index.js";
import { SyncState } from "../../src/sync/sync-state.js";
import { UidRanges } from "../../src/wire/uid-ranges.js";
import { type ImapFixture, imapFixture } from "../support/imap-fixture.js";
import { plainMessage } from "../support/mime-samples.js";
import { flagText, SyncedCopy } from "../support/synced-copy.js";

const THREE = ["one", "two", "three"].map((subject) => plainMessage(subject));

interface Followed extends ImapFixture {
  readonly copy: SyncedCopy;
  /** The client's commands since it was last emptied. */
  readonly commands: string[];
  /** Syncs; answers with what was told, and sees that the copy is what the server has. */
  follow(options?: ImapSyncOptions): Promise<string[]>;
}

/** A folder that was synced once. */
async function followed(server: ImapServerOptions = {}, messages = THREE): Promise<Followed> {
  const commands: string[] = [];
  const fixture = await imapFixture({
    messages,
    server,
    client: {
      transcript: ({ direction, text }) =>
        void (direction === "client" && commands.push(text.split(" ").slice(1).join(" "))),
    },
  });
  const copy = new SyncedCopy();
  const follow = async (options: ImapSyncOptions = {}): Promise<string[]> => {
    await copy.sync(fixture.imap, "INBOX", options);
    const there = fixture.mail.store.messages("ada").map(({ uid, flags }) => [uid, flagText(flags)] as const);
    expect(copy.messages).toEqual(new Map(there));
    return copy.takeLog().map((event) => {
      if (event.type === "added" || event.type === "flags") return `${event.type} ${event.id}`;
      if (event.type === "reset") return `reset ${event.reason}`;
      return "ids" in event ? `${event.type} ${event.ids}` : event.type;
    });
  };
  return Object.assign(fixture, { copy, commands, follow });
}

describe("the invariants of a sync", () => {
  it("1: the cursor is plain JSON, survives a store that sorts its keys, and holds all that is needed", async () => {
    await using box = await followed();
    await box.follow();
    const sorted = (value: unknown): unknown =>
      typeof value === "object" && value !== null && !Array.isArray(value)
        ? Object.fromEntries(
            Object.entries(value)
              .sort()
              .map(([name, each]) => [name, sorted(each)]),
          )
        : value;
    box.copy.cursor = sorted(box.copy.cursor) as SyncCursor;
    expect(await box.follow()).toEqual([]);
    expect(box.copy.batches).toBe(1);
  });

  it("1: a cursor that cannot be read is a reset, and no error", async () => {
    await using box = await followed();
    for (const state of [undefined, 7, {}, { uidNext: "x", known: "1:3" }, { uidNext: 2, known: [] }]) {
      box.copy.cursor = { version: 1, protocol: "imap", state };
      expect((await box.follow())[0]).toBe("reset cursor-unreadable");
    }
    box.copy.cursor = { version: 99, protocol: "imap", state: {} };
    expect((await box.follow()).slice(0, 2)).toEqual(["reset cursor-unreadable", "added 1"]);
  });

  it("2: the snapshot is taken before anything is fetched, so that what comes meanwhile comes next", async () => {
    let isArmed = true;
    await using box = await followed({
      answer: ({ name }) => {
        if (name !== "UID FETCH" || !isArmed) return undefined;
        isArmed = false;
        box.mail.store.deliver("ada", plainMessage("meanwhile"));
        box.mail.store.setFlags("ada", "INBOX", 1, ["\\Seen"]);
        return undefined;
      },
    });
    await box.copy.sync(box.imap, "INBOX");
    expect(box.copy.messages.size).toBe(3);
    expect(await box.follow()).toContain("added 4");
  });

  it("2: the cursor moves past what is acknowledged, and past nothing else", async () => {
    await using box = await followed();
    let cursor: SyncCursor | undefined;
    for await (const batch of box.imap.sync("INBOX", { batchMessages: 1 })) {
      // The second is left out.
      if (JSON.stringify(batch.events).includes('"two"')) continue;
      await batch.acknowledge();
      cursor = batch.cursor;
    }
    const again: number[] = [];
    for await (const batch of box.imap.sync("INBOX", { cursor }))
      for (const event of batch.events) if (event.type === "added") again.push(event.id);
    expect(again).toEqual([2]);
  });

  it("2: what is not acknowledged comes again also when the counts happen to add up", async () => {
    await using box = await followed();
    for await (const batch of box.imap.sync("INBOX", { batchMessages: 1 })) {
      if (JSON.stringify(batch.events).includes('"two"')) continue;
      box.copy.store(batch.events);
      await batch.acknowledge();
      box.copy.cursor = batch.cursor;
    }
    box.copy.takeLog();
    // Two are known and two are there, and they are not the same.
    box.mail.store.expunge("ada", "INBOX", [1]);
    expect(await box.follow({ strategy: "condstore" })).toEqual(["added 2", "removed 1"]);
  });

  it.each(["qresync", "condstore", "plain"] as const)(
    "2: flags that are not acknowledged come again, though everything after them was (%s)",
    async (strategy) => {
      await using box = await followed();
      await box.follow({ strategy });
      box.mail.store.setFlags("ada", "INBOX", 1, ["\\Seen"]);
      box.mail.store.expunge("ada", "INBOX", [2]);
      box.mail.store.deliver("ada", plainMessage("four"));
      const { cursor } = box.copy;
      for await (const batch of box.imap.sync("INBOX", { strategy, cursor })) {
        if (batch.events.some(({ type }) => type === "flags")) continue;
        box.copy.store(batch.events);
        await batch.acknowledge();
        box.copy.cursor = batch.cursor;
      }
      expect(box.copy.takeLog().map(({ type }) => type)).toEqual(["added", "removed"]);
      // What came has risen above the MODSEQ that is kept: its flags may be told of once more.
      const told = (await box.follow({ strategy })).filter((event) => event !== "flags 4");
      expect(told).toEqual(["flags 1"]);
    },
  );

  it("3: ENABLED is not believed alone: what QRESYNC leaves out is found, and it is not asked again", async () => {
    await using box = await followed({ quirks: { falseEnabled: true } });
    await box.follow();
    box.mail.store.setFlags("ada", "INBOX", 1, ["\\Seen"]);
    box.mail.store.expunge("ada", "INBOX", [2]);
    expect(await box.follow()).toEqual(["flags 1", "removed 2"]);
    box.commands.length = 0;
    box.mail.store.setFlags("ada", "INBOX", 1, []);
    expect(await box.follow()).toEqual(["flags 1"]);
    expect(box.commands.filter((command) => command.includes("QRESYNC"))).toEqual([]);
  });

  it("3: CHANGEDSINCE is not believed any more when its answers have no MODSEQ", async () => {
    await using box = await followed({ quirks: { omitFetchModseq: true } });
    await box.follow({ strategy: "condstore" });
    box.mail.store.setFlags("ada", "INBOX", 1, ["\\Seen"]);
    expect(await box.follow()).toContain("flags 1");
    box.commands.length = 0;
    box.mail.store.setFlags("ada", "INBOX", 2, ["\\Seen"]);
    expect(await box.follow()).toContain("flags 2");
    expect(box.commands.filter((command) => command.includes("CHANGEDSINCE"))).toEqual([]);
  });

  it("3: a mailbox without MODSEQs is compared as a whole", async () => {
    await using box = await followed({ quirks: { noModseq: true } });
    await box.follow();
    box.mail.store.setFlags("ada", "INBOX", 3, ["$Work"]);
    expect(await box.follow()).toEqual(["flags 3"]);
  });

  it("4: a UIDVALIDITY that is another each time resets five times, and means nothing from then on", async () => {
    await using box = await followed({ quirks: { uidValidity: "changing" } });
    const resets: boolean[] = [];
    for (let sync = 0; sync < 8; sync++) resets.push((await box.follow()).includes("reset uidvalidity"));
    expect(resets).toEqual([false, true, true, true, true, true, false, false]);
    box.mail.store.expunge("ada", "INBOX", [2]);
    expect(await box.follow()).toEqual(["removed 2"]);
  });

  it.each([
    ["fewer messages than before", ["other one", "other two"]],
    ["as many messages as before", ["other one", "other two", "other three"]],
    ["more messages than before", ["other one", "other two", "other three", "other four"]],
  ])(
    "4: without a UIDVALIDITY a folder made anew with %s is recognised by its messages",
    async (_what, anew) => {
      await using box = await followed({ quirks: { uidValidity: "zero" }, disable: ["OBJECTID"] });
      const { store, imap } = box.mail;
      await box.follow();
      expect(await box.follow()).toEqual([]);
      store.expunge("ada", "INBOX", [2]);
      store.setFlags("ada", "INBOX", 1, ["\\Seen"]);
      expect(await box.follow()).toEqual(["flags 1", "removed 2"]);
      store.removeAccount("ada");
      const messages = anew.map((subject) => plainMessage(subject));
      store.addAccount({ user: "ada", password: "correct horse", messages });
      await imap.disconnect();
      const added = anew.map((_, index) => `added ${index + 1}`);
      expect(await box.follow()).toEqual(["reset uidvalidity", ...added]);
      expect(await box.follow()).toEqual([]);
    },
  );

  it("4: without a UIDVALIDITY figures that are equal prove nothing", async () => {
    await using box = await followed({ quirks: { uidValidity: "zero" }, disable: ["OBJECTID"] });
    const { store, imap } = box.mail;
    let cursor: SyncCursor | null = null;
    const told: string[] = [];
    const followAll = async (): Promise<string[]> => {
      const cursors = cursor === null ? {} : { INBOX: cursor };
      for await (const batch of box.imap.syncAll({ folders: ["INBOX"], cursors })) {
        told.push(...batch.events.map(({ type }) => type));
        await batch.acknowledge();
        cursor = batch.cursor;
      }
      return told.splice(0);
    };
    expect(await followAll()).toEqual(["folder-created", "added", "added", "added"]);
    store.removeAccount("ada");
    const messages = ["four", "five", "six"].map((subject) => plainMessage(subject));
    store.addAccount({ user: "ada", password: "correct horse", messages });
    await imap.disconnect();
    expect(await followAll()).toEqual(["reset", "added", "added", "added"]);
  });

  it("4: without a UIDVALIDITY messages that only went away are no reset", async () => {
    await using box = await followed({ quirks: { uidValidity: "zero" }, disable: ["OBJECTID"] });
    await box.follow();
    box.mail.store.expunge("ada", "INBOX", [2, 3]);
    expect(await box.follow()).toEqual(["removed 2,3"]);
  });

  it("5: a HIGHESTMODSEQ that went back leads to a comparison of all flags, and not to silence", async () => {
    await using box = await followed();
    for (let times = 0; times < 5; times++) box.mail.store.setFlags("ada", "INBOX", 1, [`$f${times}`]);
    await box.follow();
    box.mail.store.setFlags("ada", "INBOX", 2, ["\\Seen"]);
    box.mail.store.setHighestModseq("ada", "INBOX", 2);
    expect(await box.follow()).toContain("flags 2");
    box.mail.store.setFlags("ada", "INBOX", 3, ["\\Answered"]);
    expect(await box.follow()).toEqual(["flags 3"]);
  });

  it("6: VANISHED up to * and of what never was is interval arithmetic, and takes nothing with it that is there", async () => {
    await using box = await followed({ quirks: { vanishedEarlier: "open" } });
    await box.follow();
    box.mail.store.expunge("ada", "INBOX", [1]);
    box.mail.store.deliver("ada", plainMessage("four"));
    expect(await box.follow()).toEqual(["added 4", "removed 1"]);
  });

  it("7: all UIDs are asked for only when the counts do not add up", async () => {
    await using box = await followed({ disable: ["QRESYNC"] });
    await box.follow();
    box.commands.length = 0;
    box.mail.store.setFlags("ada", "INBOX", 1, ["\\Seen"]);
    expect(await box.follow()).toEqual(["flags 1"]);
    const searches = (): string[] => box.commands.filter((command) => command.startsWith("UID SEARCH"));
    expect(searches()).toEqual([]);
    box.mail.store.expunge("ada", "INBOX", [2]);
    expect(await box.follow()).toEqual(["removed 2"]);
    expect(searches()).toEqual(["UID SEARCH RETURN (ALL) ALL"]);
  });

  it("8: without UIDNEXT the newest message is not told of again", async () => {
    await using box = await followed({ quirks: { omitUidNext: true } });
    await box.follow();
    expect(await box.follow()).toEqual([]);
    box.mail.store.deliver("ada", plainMessage("four"));
    expect(await box.follow()).toEqual(["added 4"]);
  });

  it("8: without UIDNEXT a new message is found also when the counts happen to add up", async () => {
    await using box = await followed({ quirks: { omitUidNext: true } });
    await box.follow();
    box.mail.store.expunge("ada", "INBOX", [2]);
    box.mail.store.deliver("ada", plainMessage("four"));
    expect(await box.follow({ strategy: "condstore" })).toEqual(["added 4", "removed 2"]);
  });

  it("9: what is new comes before what is gone, with a hint when it is the same message", async () => {
    await using box = await followed();
    await box.follow();
    await box.imap.move("INBOX", 2, "Archive");
    await box.imap.move("Archive", 1, "INBOX");
    expect(await box.follow()).toEqual(["added 4", "moved", "removed 2"]);
  });

  it("10: what the server lists and does not give is neither removed nor in the way, and comes when it is given", async () => {
    await using fixture = await imapFixture({
      messages: THREE,
      server: { quirks: { silentFetchUids: [2] } },
    });
    const { imap, mail } = fixture;
    const copy = new SyncedCopy();
    await copy.sync(imap, "INBOX");
    expect(copy.takeLog()).toMatchObject([
      { type: "added", id: 1 },
      { type: "added", id: 3 },
      { type: "unfetchable", ids: [2], error: { code: "protocol" } },
    ]);
    await copy.sync(imap, "INBOX");
    expect(copy.takeLog()).toEqual([]);
    mail.imap.configure({ quirks: {} });
    await copy.sync(imap, "INBOX");
    expect(copy.takeLog()).toMatchObject([{ type: "added", id: 2 }]);
  });

  it("11: an empty mailbox is never asked for 1:*, and sets go up", async () => {
    await using box = await followed(
      { quirks: { refuseStarWhenEmpty: true, refuseDescendingSets: true } },
      [],
    );
    for (const strategy of ["qresync", "condstore", "plain"] as const) await box.follow({ strategy });
    expect(box.commands.filter((command) => /\b1:\*/.test(command))).toEqual([]);
    box.mail.store.deliver("ada", plainMessage("first"));
    expect(await box.follow({ order: "newest" })).toContain("added 1");
  });

  it("12: folders are not asked for their STATUS one by one, and none that is open", async () => {
    await using box = await followed();
    await box.follow();
    box.commands.length = 0;
    for await (const batch of box.imap.syncAll()) await batch.acknowledge();
    expect(box.commands.filter((command) => command.startsWith("STATUS"))).toEqual([]);
    const listed = box.commands.findIndex((command) => command.startsWith("LIST"));
    expect(box.commands.slice(0, listed)).toContain("UNSELECT");
  });

  it("13: a sync that ends in the middle goes on from the last acknowledged batch", async () => {
    await using box = await followed();
    await box.copy.sync(box.imap, "INBOX", { batchMessages: 1 }, (batch) => batch === 3);
    expect(box.copy.takeLog()).toMatchObject([{ id: 1 }, { id: 2 }]);
    expect(await box.follow()).toEqual(["added 3"]);
  });
});

describe("a cursor of a million messages", () => {
  const sizeOf = (state: SyncState): number => JSON.stringify(state.toCursor()).length;

  it("is small where UIDs are mostly dense", () => {
    const state = new SyncState();
    const gaps = UidRanges.of(Array.from({ length: 3_000 }, (_, index) => (index + 1) * 333));
    state.known = UidRanges.between(1, 1_003_000).minus(gaps);
    expect(state.size).toBe(1_000_000);
    expect(sizeOf(state)).toBeLessThan(64 * 1024);
  });

  it("is small with digests of flags, too", async () => {
    const { FlagDigests } = await import("../../src/sync/flag-digests.js");
    const state = new SyncState();
    state.known = UidRanges.between(1, 1_000_000);
    state.digests = FlagDigests.forMessages(1_000_000);
    for (let uid = 1; uid <= 1_000_000; uid += 7) state.digests.add(uid, uid % 2 === 0 ? ["\\Seen"] : []);
    expect(sizeOf(state)).toBeLessThan(64 * 1024);
  });
});

describe("the account of a cursor", () => {
  it("is checked: that of another one is a reset", async () => {
    await using box = await followed();
    await box.follow();
    const { store, imap } = box.mail;
    store.addAccount({ user: "bob", password: "pw", messages: THREE });
    const validity = store.mailboxes("ada").find(({ path }) => path === "INBOX")?.uidValidity ?? 1;
    store.setUidValidity("bob", "INBOX", validity);
    await using other = new ImapClient({
      server: { host: "127.0.0.1", port: imap.port, security: "none" },
      credentials: { user: "bob", password: "pw" },
    });
    for await (const batch of other.sync("INBOX", { cursor: box.copy.cursor })) {
      expect(batch.events[0]).toEqual({ type: "reset", reason: "account-changed" });
      await batch.acknowledge();
    }
  });
});
