import { describe, expect, it } from "vitest";
import { collect, imapFixture } from "../support/imap-fixture.js";
import { plainMessage } from "../support/mime-samples.js";
import { login, scriptedSession } from "./scripted-session.js";

const five = [1, 2, 3, 4, 5].map((n) => plainMessage(`s${n}`));

describe("a server with quirks", () => {
  it("tells no UIDNEXT: new messages are seen all the same", async () => {
    await using fixture = await imapFixture({ messages: five, server: { quirks: { omitUidNext: true } } });
    const { imap, mail } = fixture;
    imap.onStateChange((state) => {
      if (state === "idle" && mail.store.messages("ada", "INBOX").length === 5)
        mail.store.deliver("ada", plainMessage("x"));
    });
    for await (const event of imap.watch("INBOX")) {
      if (event.type === "started") continue;
      expect(event).toMatchObject({ type: "added", uids: [6] });
      break;
    }
  });

  it("answers 7:* with the newest message below 7: it is not reported twice", async () => {
    await using fixture = await imapFixture({ messages: five });
    expect(await collect(fixture.imap.messages("INBOX", { afterUid: 6 }))).toEqual([]);
  });

  it("refuses 1:* on an empty mailbox: it is never sent", async () => {
    await using fixture = await imapFixture({ server: { quirks: { refuseStarWhenEmpty: true } } });
    const { imap, mail } = fixture;
    expect(await collect(imap.messages("INBOX", { body: "text" }))).toEqual([]);
    expect(await imap.search("INBOX", {})).toEqual([]);
    mail.store.deliver("ada", plainMessage("first"));
    expect(await collect(imap.messages("INBOX"))).toHaveLength(1);
    mail.store.expunge("ada", "INBOX", [1]);
    expect(await collect(imap.messages("INBOX", { afterUid: 1 }))).toEqual([]);
  });

  it("refuses descending sets: only ascending ones are sent (QQ)", async () => {
    await using fixture = await imapFixture({
      messages: five,
      server: { quirks: { refuseDescendingSets: true } },
    });
    const { imap } = fixture;
    expect((await collect(imap.messages("INBOX", { uids: [5, 1, 4] }))).map(({ uid }) => uid)).toEqual([
      1, 4, 5,
    ]);
    expect(await imap.markAsRead("INBOX", [3, 1])).toMatchObject({ updated: [1, 3] });
    expect(await collect(imap.messages("INBOX", { afterUid: 5 }))).toEqual([]);
  });

  it("demands ID before SELECT: it is sent (163.com)", async () => {
    await using fixture = await imapFixture({ messages: five, server: { quirks: { requireId: true } } });
    expect(await fixture.imap.search("INBOX", {})).toHaveLength(5);
    await using silent = await imapFixture({
      messages: five,
      server: {
        quirks: {
          requireId: true,
          capabilitiesBeforeLogin: ["IMAP4rev1"],
          capabilitiesAfterLogin: ["IMAP4rev1"],
        },
      },
    });
    expect(await silent.imap.search("INBOX", {})).toHaveLength(5);
  });

  it.each([{ emptyStatus: true }, { omitListStatus: true }])(
    "tells no counts with the list: %o",
    async (quirks) => {
      await using fixture = await imapFixture({ messages: five, server: { quirks } });
      const inbox = (await fixture.imap.listFolders({ counts: true })).find(({ role }) => role === "inbox");
      expect(inbox?.name).toBe("INBOX");
      expect(inbox?.totalCount).toBe("emptyStatus" in quirks ? undefined : 5);
    },
  );

  it("is authenticated but not connected: the session is given up and another one does it (Exchange)", async () => {
    await using fixture = await imapFixture({
      messages: five,
      server: { quirks: { notConnectedAfter: 6 } },
      client: { retry: { backoff: () => 1 } },
    });
    for (let round = 0; round < 4; round++) expect(await fixture.imap.search("INBOX", {})).toHaveLength(5);
  });

  it.each(["limit", "alert", "bye"] as const)(
    "allows two connections and says %s: callers queue",
    async (answer) => {
      await using fixture = await imapFixture({
        messages: five,
        server: { quirks: { maxConnections: 2, maxConnectionsAnswer: answer } },
        client: { pool: { maxPerKey: 5 } },
      });
      const { imap } = fixture;
      const found = await Promise.all(Array.from({ length: 12 }, () => imap.search("INBOX", {})));
      expect(found.every((uids) => uids.length === 5)).toBe(true);
      expect(imap.stats().open).toBeLessThanOrEqual(2);
    },
  );

  it.each([
    { uidValidity: "zero" as const },
    { noModseq: true },
    { omitFetchModseq: true },
    { omitEnabled: true },
    { omitHighestModseqText: true },
    { zeroHighestModseqWhenEmpty: true },
    { truncatedCapabilityAnswers: 2 },
    { omitLoginCapabilities: true },
  ])("reads, marks and moves with %o", async (quirks) => {
    await using fixture = await imapFixture({ messages: five, server: { quirks } });
    const { imap } = fixture;
    expect(await collect(imap.messages("INBOX", { body: "text" }))).toHaveLength(5);
    expect(await imap.markAsRead("INBOX", [1])).toMatchObject({ updated: [1] });
    expect(await imap.move("INBOX", [2], "Archive")).toMatchObject({ uids: [2] });
    expect(await imap.search("INBOX", {})).toEqual([1, 3, 4, 5]);
  });

  it("gives a folder another UIDVALIDITY while it is read: the reading ends with a conflict", async () => {
    await using fixture = await imapFixture({
      messages: five,
      client: { limits: { maxBatchMessages: 1 }, pool: { maxPerKey: 1, maxUses: 1 } },
    });
    const { imap, mail } = fixture;
    const reading = imap.messages("INBOX");
    await reading.next();
    mail.store.setUidValidity("ada", "INBOX", 4711);
    await expect(collect(reading)).rejects.toMatchObject({ code: "conflict" });
  });

  it("has no ESEARCH: plain SEARCH answers are read", async () => {
    await using fixture = await imapFixture({ messages: five, server: { disable: ["ESEARCH"] } });
    const { imap } = fixture;
    expect(await imap.search("INBOX", {})).toEqual([1, 2, 3, 4, 5]);
    expect(await imap.search("INBOX", { modseq: 1n })).toEqual([1, 2, 3, 4, 5]);
    expect(await collect(imap.messages("INBOX", { newest: 2, beforeUid: 4 }))).toMatchObject([
      { uid: 2 },
      { uid: 3 },
    ]);
  });

  it("has LIST-STATUS and no LIST-EXTENDED: what is subscribed is asked for", async () => {
    const script = `
      C~: (?<tag>\\S+) LIST "" "?\\*"? RETURN \\(STATUS .*
      S: * LIST () "/" INBOX
      S: * STATUS INBOX (MESSAGES 2 UNSEEN 1)
      S: * LIST () "/" Old
      S: * STATUS Old (MESSAGES 0 UNSEEN 0)
      S: $tag OK
      C~: (?<tag>\\S+) LSUB "" "?\\*"?
      S: * LSUB () "/" INBOX
      S: $tag OK
      IGNORE:
    `;
    await using session = await scriptedSession(login("IMAP4rev1 LIST-STATUS") + script);
    const folders = await session.imap.listFolders({ counts: true });
    expect(folders.map(({ name, isSubscribed, totalCount }) => [name, isSubscribed, totalCount])).toEqual([
      ["INBOX", true, 2],
      ["Old", false, 0],
    ]);
  });

  it("has LOGIN only", async () => {
    await using fixture = await imapFixture({
      messages: five,
      server: { quirks: { capabilitiesBeforeLogin: ["IMAP4rev1"] } },
    });
    expect(await fixture.imap.search("INBOX", {})).toHaveLength(5);
  });
});
