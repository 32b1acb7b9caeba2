import { Readable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { until } from "@mailwright/suite";
import { startFaultProxy } from "@mailwright/testing";
import { describe, expect, it } from "vitest";
import { ImapClient } from "../../src/index.js";
import { login, scriptedSession } from "../behaviour/scripted-session.js";
import { collect, imapFixture } from "../support/imap-fixture.js";
import { mixedMessage, plainMessage } from "../support/mime-samples.js";

const three = [1, 2, 3].map((n) => plainMessage(`s${n}`));

describe("move, copy and delete", () => {
  it("moves messages and tells their new UIDs", async () => {
    await using fixture = await imapFixture({ messages: three });
    const { imap, mail } = fixture;
    const result = await imap.move("INBOX", [1, 3, 9], "Archive");
    expect(result).toMatchObject({
      source: "INBOX",
      destination: "Archive",
      uids: [1, 3],
      isSourceRemoved: true,
    });
    expect([...(result.uidMap ?? [])]).toEqual([
      [1, 1],
      [3, 2],
    ]);
    expect(mail.store.messages("ada", "INBOX").map(({ uid }) => uid)).toEqual([2]);
    expect(await imap.search("Archive", {})).toEqual([1, 2]);
  });

  it.each([
    { disable: ["MOVE"] as const, isSourceRemoved: true, left: [2, 3] },
    { disable: ["MOVE", "UIDPLUS"] as const, isSourceRemoved: false, left: [1, 2, 3] },
  ])(
    "never expunges what others have marked, without $disable",
    async ({ disable, isSourceRemoved, left }) => {
      await using fixture = await imapFixture({ messages: three, server: { disable } });
      const { imap, mail } = fixture;
      mail.store.setFlags("ada", "INBOX", 2, ["\\Deleted"]);
      const result = await imap.move("INBOX", 1, "Archive");
      expect(result).toMatchObject({ uids: [1], isSourceRemoved });
      expect(mail.store.messages("ada", "INBOX").map(({ uid }) => uid)).toEqual(left);
      expect(mail.store.messages("ada", "Archive")).toHaveLength(1);
    },
  );

  it("leaves the source untouched when the copy fails", async () => {
    await using fixture = await imapFixture({ messages: three, server: { disable: ["MOVE"] } });
    const { imap, mail } = fixture;
    await expect(imap.move("INBOX", [1, 2], "Nowhere")).rejects.toMatchObject({
      code: "not-found",
      server: { code: "TRYCREATE" },
    });
    expect(mail.store.messages("ada", "INBOX").map(({ flags }) => [...flags])).toEqual(
      [[], [], []].map(() => expect.not.arrayContaining(["\\Deleted"])),
    );
  });

  it("deletes exactly what it was told", async () => {
    await using fixture = await imapFixture({ messages: three });
    const { imap, mail } = fixture;
    mail.store.setFlags("ada", "INBOX", 3, ["\\Deleted"]);
    expect(await imap.delete("INBOX", [1, 99])).toEqual({ uids: [1], isExpunged: true });
    expect(mail.store.messages("ada", "INBOX").map(({ uid }) => uid)).toEqual([2, 3]);
  });

  it("copies messages", async () => {
    await using fixture = await imapFixture({ messages: three });
    const result = await fixture.imap.copy("INBOX", [2], "Archive");
    expect(result).toMatchObject({ uids: [2], uidMap: new Map([[2, 1]]) });
    expect(await fixture.imap.search("INBOX", {})).toEqual([1, 2, 3]);
  });
});

describe("flags", () => {
  it("are left alone where they changed since", async () => {
    await using fixture = await imapFixture({ messages: three });
    const { imap, mail } = fixture;
    const { highestModseq } = await imap.status("INBOX");
    mail.store.setFlags("ada", "INBOX", 2, ["\\Answered"]);
    const result = await imap.addFlags("INBOX", [1, 2, 3], ["$Label"], { unchangedSince: highestModseq });
    expect(result).toEqual({ updated: [1, 3], conflicted: [2] });
    const messages = await collect(imap.messages("INBOX"));
    expect(messages.map(({ flags }) => flags.has("$Label"))).toEqual([true, false, true]);
  });

  it("need CONDSTORE for a condition", async () => {
    await using fixture = await imapFixture({ messages: three, server: { disable: ["CONDSTORE"] } });
    await expect(fixture.imap.markAsRead("INBOX", 1, { unchangedSince: 1n })).rejects.toMatchObject({
      code: "unsupported",
    });
  });

  it("are set to exactly those given", async () => {
    await using fixture = await imapFixture({ messages: three });
    const { imap } = fixture;
    await imap.addFlags("INBOX", 1, ["\\answered", "$A"]);
    await imap.setFlags("INBOX", 1, ["\\Flagged", "$B"]);
    const message = await imap.message("INBOX", 1);
    expect([...(message?.flags ?? [])].filter((flag) => flag !== "\\Recent").sort()).toEqual([
      "$B",
      "\\Flagged",
    ]);
  });

  it.each(["a b", "a\r\nb", "", "\\Seenx)", "\\*", "a\\b", "ä"])("refuse %j", async (flag) => {
    await using fixture = await imapFixture({ messages: three });
    await expect(fixture.imap.addFlags("INBOX", 1, [flag])).rejects.toMatchObject({
      code: "invalid-argument",
    });
  });
});

describe("append", () => {
  it("stores bytes with flags and date, and tells the UID", async () => {
    await using fixture = await imapFixture();
    const source = mixedMessage(1);
    const receivedAt = new Date("2020-02-03T04:05:06Z");
    const { uid, uidValidity } = await fixture.imap.append("Sent", source, { flags: ["\\Seen"], receivedAt });
    expect(uidValidity).toBe(await fixture.imap.uidValidity("Sent"));
    const message = await fixture.imap.message("Sent", uid ?? 0, { body: "full" });
    expect(message).toMatchObject({ isRead: true, isSent: true, receivedAt });
    expect(message?.source?.toString()).toBe(source);
  });

  it.each(["LITERAL+", "ID"] as const)("streams a large message, without %s", async (disabled) => {
    await using fixture = await imapFixture({ server: { disable: [disabled] } });
    const bytes = Buffer.from(mixedMessage(1, 3_000_000));
    const stream = Readable.from(chunks(bytes, 50_000));
    const { uid } = await fixture.imap.append("Sent", { stream, sizeBytes: bytes.length });
    const { content } = await fixture.imap.downloadMessage("Sent", uid ?? 0);
    expect(Buffer.concat(await collect(content)).equals(bytes)).toBe(true);
  });

  it("stores nothing when the stream fails or has another length", async () => {
    await using fixture = await imapFixture();
    const { imap, mail } = fixture;
    const failing = new Readable({ read() {} });
    failing.push("From: x\r\n");
    void setTimeout(20).then(() => failing.destroy(new Error("disk gone")));
    await expect(imap.append("Sent", { stream: failing, sizeBytes: 100 })).rejects.toMatchObject({
      code: "invalid-argument",
      message: expect.stringContaining("disk gone"),
    });
    for (const sizeBytes of [5, 50]) {
      const stream = Readable.from([Buffer.from("0123456789")]);
      await expect(imap.append("Sent", { stream, sizeBytes })).rejects.toMatchObject({
        code: "invalid-argument",
      });
    }
    expect(mail.store.messages("ada", "Sent")).toHaveLength(0);
  });

  it.each(["fin", "rst", "abort"] as const)("lets go of the stream when it ends by %s", async (end) => {
    await using fixture = await imapFixture();
    await using proxy = await startFaultProxy({
      target: { host: "127.0.0.1", port: fixture.mail.imap.port },
      stall: { direction: "toServer", afterBytes: 200_000 },
    });
    await using imap = new ImapClient({
      server: { host: "127.0.0.1", port: proxy.port, security: "none" },
      credentials: { user: "ada", password: "correct horse" },
    });
    const stream = Readable.from(chunks(Buffer.alloc(20_000_000, "x"), 50_000));
    const abort = new AbortController();
    const appending = imap.append("Sent", { stream, sizeBytes: 20_000_000 }, { signal: abort.signal });
    // The last octet was not sent: it is known that nothing was stored.
    const rejected = expect(appending).rejects.toMatchObject({
      code: end === "abort" ? "aborted" : "connection",
    });
    await until(() => proxy.bytes.toServer >= 200_000);
    if (end === "abort") abort.abort();
    else await proxy.setFaults({ cut: { direction: "toServer", afterBytes: 200_000, with: end } });
    await rejected;
    // Nobody listens to it: an error that it ends with must not end the process.
    await until(() => stream.closed);
  });

  it("goes to a folder that was read before, and is open for nothing else (Courier)", async () => {
    await using session = await scriptedSession(`
      ${login()}
      C~: (?<tag>\\S+) EXAMINE .*
      S: * 1 EXISTS
      S: $tag OK [READ-ONLY] open
      C~: (?<tag>\\S+) UID SEARCH SEEN
      S: * SEARCH 1
      S: $tag OK
      C~: (?<tag>\\S+) SELECT .*
      S: * 1 EXISTS
      S: $tag OK [READ-WRITE] open
      C~: (?<tag>\\S+) APPEND .*
      S: + go on
      C: Subject: x
      C:
      C:
      S: $tag OK stored
      IGNORE:
    `);
    await session.imap.search("INBOX", { seen: true });
    expect(await session.imap.append("INBOX", "Subject: x\r\n\r\n")).toMatchObject({ folder: "INBOX" });
  });

  it("tells that there is no such folder", async () => {
    await using fixture = await imapFixture();
    await expect(fixture.imap.append("Nowhere", "x")).rejects.toMatchObject({
      code: "not-found",
      server: { code: "TRYCREATE" },
    });
  });
});

describe("folders", () => {
  it("are created, renamed, subscribed and deleted, with names in any script", async () => {
    await using fixture = await imapFixture();
    const { imap } = fixture;
    const names = async (): Promise<string[]> => (await imap.listFolders()).map(({ name }) => name);
    await imap.createFolder("Entwürfe & 下書き");
    expect(await names()).toContain("Entwürfe & 下書き");
    await expect(imap.createFolder("Entwürfe & 下書き")).rejects.toMatchObject({ code: "already-exists" });
    await imap.subscribeFolder("Entwürfe & 下書き");
    expect((await imap.listFolders()).find(({ name }) => name.startsWith("Entw"))?.isSubscribed).toBe(true);
    await imap.unsubscribeFolder("Entwürfe & 下書き");
    await imap.append("Entwürfe & 下書き", plainMessage("kept"));
    expect(await imap.search("Entwürfe & 下書き", {})).toEqual([1]);
    await imap.renameFolder("Entwürfe & 下書き", "New");
    expect(await imap.search("New", { subject: "kept" })).toEqual([1]);
    await expect(imap.search("Entwürfe & 下書き", {})).rejects.toMatchObject({ code: "not-found" });
    await imap.deleteFolder("New");
    expect(await names()).not.toContain("New");
  });

  it("are opened anew after one of the same name was made", async () => {
    await using fixture = await imapFixture();
    const { imap } = fixture;
    await imap.createFolder("Box");
    await imap.append("Box", plainMessage("old"));
    expect(await imap.search("Box", {})).toEqual([1]);
    await imap.deleteFolder("Box");
    await imap.createFolder("Box");
    expect(await imap.search("Box", {})).toEqual([]);
  });

  it("have a quota and namespaces", async () => {
    await using fixture = await imapFixture();
    expect(await fixture.imap.namespaces()).toMatchObject({ personal: [{ prefix: "", delimiter: "/" }] });
    await expect(fixture.imap.quota()).resolves.toBeInstanceOf(Array);
    expect(await fixture.imap.serverInfo()).toMatchObject({ name: "Mailwright testing" });
  });
});

describe("use", () => {
  it("lends the ImapFlow with the folder open", async () => {
    await using fixture = await imapFixture({ messages: three });
    const found = await fixture.imap.use("INBOX", async (flow) => flow.search({ all: true }, { uid: true }));
    expect(found).toEqual([1, 2, 3]);
    expect(fixture.imap.stats()).toMatchObject({ leased: 0, open: 0 });
    await expect(fixture.imap.use("Nowhere", async () => 1)).rejects.toMatchObject({ code: "not-found" });
  });
});

function* chunks(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
