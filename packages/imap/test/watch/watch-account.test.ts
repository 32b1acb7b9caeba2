import { until } from "@mailwright/suite";
import type { ImapCapability } from "@mailwright/testing";
import { describe, expect, it, vi } from "vitest";
import { onClockJump } from "../../src/watch/clock-jump.js";
import { imapFixture } from "../support/imap-fixture.js";
import { plainMessage } from "../support/mime-samples.js";
import { followAccount, SyncedAccount } from "../support/synced-account.js";
import { untilQuiet } from "../support/until-quiet.js";

const ways: readonly (readonly [way: string, disable: readonly ImapCapability[]])[] = [
  ["NOTIFY", []],
  ["IDLE and a look at the others", ["NOTIFY"]],
  ["a look at all of them", ["NOTIFY", "IDLE"]],
];

describe.each(ways)("a watch of an account by %s", (_way, disable) => {
  it("brings what is there, and then what happens in any folder", async () => {
    await using fixture = await imapFixture({ messages: [plainMessage("one")], server: { disable } });
    const { store } = fixture.mail;
    const account = new SyncedAccount();
    const stop = followAccount(fixture.imap, account, { pollMs: 100 });
    await until(() => account.copies.size === 6);
    store.deliver("ada", plainMessage("two"));
    await until(() => account.subjects("INBOX").length === 2);
    store.deliver("ada", plainMessage("elsewhere"), { mailbox: "Archive" });
    await until(() => account.subjects("Archive").length === 1);
    store.setFlags("ada", "Archive", 1, ["\\Seen"]);
    await until(() => account.copies.get("Archive")?.messages.get(1) === "\\Seen");
    store.expunge("ada", "INBOX", [1]);
    await until(() => account.subjects("INBOX").join() === "two");
    await fixture.imap.createFolder("Made");
    store.deliver("ada", plainMessage("in it"), { mailbox: "Made" });
    await until(() => account.subjects("Made").length === 1);
    await stop();
  });

  it("finds a folder that was deleted and made anew", async () => {
    await using fixture = await imapFixture({ server: { disable } });
    const { store } = fixture.mail;
    store.createMailbox("ada", "Fresh");
    store.deliver("ada", plainMessage("old"), { mailbox: "Fresh" });
    const account = new SyncedAccount();
    const stop = followAccount(fixture.imap, account, { pollMs: 100 });
    await until(() => account.subjects("Fresh").join() === "old");
    store.deleteMailbox("ada", "Fresh");
    store.createMailbox("ada", "Fresh");
    store.deliver("ada", plainMessage("new"), { mailbox: "Fresh" });
    await until(() => account.subjects("Fresh").join() === "new");
    await stop();
  });

  it("holds no connection but one, and asks for nothing while nothing happens", async () => {
    await using fixture = await imapFixture({ server: { disable } });
    const account = new SyncedAccount();
    const stop = followAccount(fixture.imap, account, { pollMs: 60_000 });
    await until(() => account.copies.size === 6);
    const { sentBytes } = await untilQuiet(fixture.imap);
    const { created, leased } = fixture.imap.stats();
    expect(leased).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(fixture.imap.traffic().sentBytes - sentBytes).toBeLessThan(200);
    expect(fixture.imap.stats().created).toBe(created);
    await stop();
  });
});

describe("a watch of an account", () => {
  it("does with one connection, where the account has no more", async () => {
    await using fixture = await imapFixture({
      messages: [plainMessage("one")],
      client: { pool: { maxPerKey: 1 } },
    });
    const account = new SyncedAccount();
    const stop = followAccount(fixture.imap, account);
    await until(() => account.copies.size === 6);
    fixture.mail.store.deliver("ada", plainMessage("two"));
    await until(() => account.subjects("INBOX").length === 2);
    await stop();
  });

  it("goes on from the cursors of an earlier one, and tells what happened in between", async () => {
    await using fixture = await imapFixture({ messages: [plainMessage("one"), plainMessage("two")] });
    const { store } = fixture.mail;
    const account = new SyncedAccount();
    await (async () => {
      const stop = followAccount(fixture.imap, account);
      await until(() => account.copies.size === 6);
      await stop();
    })();
    for (const copy of account.copies.values()) copy.takeLog();
    store.expunge("ada", "INBOX", [1]);
    store.deliver("ada", plainMessage("three"));
    const stop = followAccount(fixture.imap, account);
    await until(() => account.subjects("INBOX").join() === "two,three");
    await stop();
    const log = account.copies.get("INBOX")?.takeLog() ?? [];
    expect(log.map(({ type }) => type)).toEqual(["added", "removed"]);
  });

  it("brings again what is not acknowledged", async () => {
    await using fixture = await imapFixture({
      messages: [plainMessage("one")],
      client: { retry: { backoff: () => 5 } },
    });
    let times = 0;
    for await (const batch of fixture.imap.watch({ folders: ["INBOX"] })) {
      expect(batch.events).toMatchObject([{ type: "folder-created" }, { type: "added", id: 1 }]);
      times += 1;
      if (times === 3) break;
    }
    expect(times).toBe(3);
  });

  it("rejects with what no new connection can mend", async () => {
    await using fixture = await imapFixture({ client: { credentials: { user: "ada", password: "wrong" } } });
    const next = fixture.imap.watch({ folders: ["INBOX"] }).next();
    await expect(next).rejects.toMatchObject({ code: "authentication" });
  });
});

describe("a clock that jumps", () => {
  it("is noticed, and one that is only late is not", async () => {
    let jumps = 0;
    const now = vi.spyOn(Date, "now");
    const stop = onClockJump(() => {
      jumps += 1;
    }, 5);
    try {
      await new Promise((resolve) => setTimeout(resolve, 60));
      expect(jumps).toBe(0);
      const real = performance.timeOrigin + performance.now();
      now.mockReturnValue(real + 3_600_000);
      await until(() => jumps === 1);
    } finally {
      stop();
      now.mockRestore();
    }
  });
});
