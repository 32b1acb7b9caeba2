import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ImapClient } from "../../src/index.js";
import { collect } from "../imap-fixture.js";
import { mixedMessage, plainMessage } from "../mime-samples.js";
import { liveClient } from "./imap-environment.js";

const VARIANTS = [
  undefined,
  "noUidplus",
  "noMove",
  "noCondstore",
  "noQresync",
  "noEsearch",
  "noIdle",
  "noListStatus",
  "noSpecialUse",
  "noLiteralPlus",
  "bare",
] as const;

describe.each(VARIANTS)("a real Dovecot, %s", (variant) => {
  const lacks = (...names: readonly string[]): boolean =>
    variant !== undefined && (names.includes(variant) || variant === "bare");
  const folder = `Suite ${variant ?? "plain"} ü`;
  const archive = `${folder} Archive`;
  let imap: ImapClient;
  let other: ImapClient;

  beforeAll(async () => {
    imap = liveClient("ada", variant === undefined ? {} : { variant });
    other = liveClient("ada");
    await imap.createFolder(folder);
    await imap.createFolder(archive);
  });
  afterAll(async () => {
    await imap.deleteFolder(archive);
    await imap.deleteFolder(folder);
    await Promise.all([imap.close(), other.close()]);
  });

  it("appends, reads and counts", async () => {
    const sources = [mixedMessage(1, 200_000), plainMessage("two"), mixedMessage(3)];
    for (const source of sources) {
      const { uid } = await imap.append(folder, source, { receivedAt: new Date("2026-01-02T03:04:05Z") });
      // Dovecot tells the UID also where it does not announce UIDPLUS.
      expect(uid).toBeGreaterThan(0);
    }
    const texts = await collect(imap.messages(folder, { body: "text" }));
    expect(texts.map(({ subject, text }) => [subject, text])).toEqual([
      ["Grüße 1", "Schön, Nummer 1"],
      ["two", "Hello.\n"],
      ["Grüße 3", "Schön, Nummer 3"],
    ]);
    expect(texts[0]).toMatchObject({
      html: "<p>Schön 1</p>",
      references: ["<r1@example.test>", "<r2@example.test>"],
      receivedAt: new Date("2026-01-02T03:04:05Z"),
      attachmentCount: 1,
    });
    const whole = await collect(imap.messages(folder, { body: "full" }));
    expect(whole.map(({ source }) => source?.toString())).toEqual(sources);
    const listed = (await imap.listFolders({ counts: true })).find(({ name }) => name === folder);
    expect(listed).toMatchObject({ totalCount: 3, unreadCount: 3, displayName: folder, role: "custom" });
    expect((await imap.listFolders()).find(({ name }) => name === "INBOX")?.role).toBe("inbox");
    const { content } = await imap.downloadAttachment(folder, texts[0]?.uid ?? 0, "2");
    expect(Buffer.concat(await collect(content)).equals(Buffer.alloc(200_000, 1))).toBe(true);
  });

  it("searches, sorts, threads and pages", async () => {
    expect(await imap.search(folder, { subject: "Grüße" })).toEqual([1, 3]);
    expect(await imap.search(folder, { body: "Schön, Nummer 3" })).toEqual([3]);
    expect(await imap.search(folder, 'UNSEEN SMALLER 1000 (OR SUBJECT "two" SUBJECT "x")')).toEqual([2]);
    expect(
      await imap.search(folder, { or: [{ subject: "two" }, { larger: 100_000 }, { from: "nobody" }] }),
    ).toEqual([1, 2]);
    expect(await imap.search(archive, {})).toEqual([]);
    expect(await collect(imap.messages(archive))).toEqual([]);
    expect((await collect(imap.messages(folder, { newest: 1, before: 3 }))).map(({ uid }) => uid)).toEqual([
      2,
    ]);
    expect(await collect(imap.messages(folder, { since: 3 }))).toEqual([]);
    const sorted = imap.sort(folder, ["size"]);
    const threads = imap.thread(folder);
    if (lacks()) {
      await expect(sorted).rejects.toMatchObject({ code: "unsupported" });
      await expect(threads).rejects.toMatchObject({ code: "unsupported" });
    } else {
      expect(await sorted).toEqual([2, 3, 1]);
      expect((await threads).map(({ uid }) => uid)).toHaveLength(2);
    }
  });

  it("marks messages, under a condition too", async () => {
    expect(await imap.markAsRead(folder, [1, 2, 99])).toEqual({ updated: [1, 2], conflicted: [] });
    expect(await imap.markAsRead(folder, [1, 3])).toEqual({ updated: [1, 3], conflicted: [] });
    expect(await imap.search(folder, { seen: true })).toEqual([1, 2, 3]);
    await imap.addFlags(folder, [2], ["$Forwarded", "\\Flagged"]);
    const { highestModseq } = await other.status(folder);
    await other.addFlags(folder, [3], ["$Elsewhere"]);
    const conditional = imap.addStar(folder, [1, 3], { unchangedSince: highestModseq });
    if (lacks("noCondstore")) await expect(conditional).rejects.toMatchObject({ code: "unsupported" });
    else expect(await conditional).toEqual({ updated: [1], conflicted: [3] });
  });

  it("moves, copies and deletes without touching what others have marked", async () => {
    await other.addFlags(folder, [3], ["\\Deleted"]);
    const copied = await imap.copy(folder, [1], archive);
    expect(copied.uids).toEqual([1]);
    expect(copied.uidMap?.size).toBe(1);
    const moved = await imap.move(folder, [1, 77], archive);
    expect(moved.uids).toEqual([1]);
    const isSourceRemoved = variant !== "bare";
    expect(moved.isSourceRemoved).toBe(isSourceRemoved);
    expect(await other.search(folder, {})).toEqual(isSourceRemoved ? [2, 3] : [1, 2, 3]);
    expect(await other.search(archive, {})).toHaveLength(2);
    const deleted = await imap.delete(folder, [2]);
    expect(deleted).toEqual({ uids: [2], isExpunged: !lacks("noUidplus") });
    expect(await other.search(folder, { deleted: true })).toContain(3);
    await expect(imap.move(folder, [3], "No such folder")).rejects.toMatchObject({ code: "not-found" });
    await expect(imap.copy(folder, [3], "No such folder")).rejects.toMatchObject({ code: "not-found" });
    expect(await other.search(folder, {})).toContain(3);
  });

  it("streams a message in", async () => {
    const bytes = Buffer.from(mixedMessage(9, 1_500_000));
    const stream = Readable.from([bytes.subarray(0, 700_000), bytes.subarray(700_000)]);
    await imap.append(archive, { stream, sizeBytes: bytes.length }, { flags: ["\\Seen"] });
    const [uid = 0] = (await other.search(archive, { larger: 1_000_000 })).slice(-1);
    const { content } = await other.downloadMessage(archive, uid);
    expect(Buffer.concat(await collect(content)).equals(bytes)).toBe(true);
  });

  it("tells of new, changed and removed messages while it watches", async () => {
    const types: string[] = [];
    let uid = 0;
    for await (const event of imap.watch(archive, { pollMs: 100 })) {
      if (event.type === "flags") expect(event.changes.map((change) => change.uid)).toEqual([uid]);
      types.push(event.type);
      if (event.type === "started") uid = (await other.append(archive, plainMessage("watched"))).uid ?? 0;
      else if (event.type === "added") await other.addStar(archive, uid);
      else if (event.type === "removed") break;
      else if (types.filter((type) => type === "flags").length === 1) await other.delete(archive, uid);
    }
    // The mark for the deletion may come as an event of its own.
    expect(types.filter((type, at) => type !== types[at - 1])).toEqual([
      "started",
      "added",
      "flags",
      "removed",
    ]);
  });
});

describe("a real Dovecot", () => {
  it("tells what it can", async () => {
    await using imap = liveClient("bob");
    const report = await imap.testConnection();
    expect(report).toMatchObject({ ok: true, security: "tls", tls: { version: "TLSv1.3" } });
    expect(report.capabilities).toEqual(expect.arrayContaining(["IDLE", "CONDSTORE", "UIDPLUS"]));
    expect(await imap.serverInfo()).toMatchObject({ name: "Dovecot" });
  });

  it("with a cap of three connections serves many callers in turn, with the three", async () => {
    await using imap = liveClient("carol", { variant: "threeConnections", pool: { maxPerKey: 8 } });
    // Dovecot looks at the limit before it counts a login: of eight at the same moment it may let in all
    // eight. One after the other it keeps to it, and so the pool must when it is refused more.
    const watches = [imap.watch("INBOX"), imap.watch("INBOX")];
    for (const watch of watches) expect((await watch.next()).value).toMatchObject({ type: "started" });
    await imap.search("INBOX", {});
    const opens: number[] = [];
    const searches = Array.from({ length: 20 }, async () => {
      const uids = await imap.search("INBOX", {});
      opens.push(imap.stats().open);
      return uids;
    });
    expect(await Promise.all(searches)).toHaveLength(20);
    expect(Math.max(...opens)).toBe(3);
    for (const watch of watches) await watch.return();
  });

  it.each([
    ["plain", "AUTHENTICATE PLAIN"],
    ["auth-login", "AUTHENTICATE LOGIN"],
    ["login", "LOGIN "],
  ] as const)("takes a password by authMethod %s", async (authMethod, command) => {
    const commands: string[] = [];
    await using imap = liveClient("xenia", {
      authMethod,
      transcript: ({ direction, text }) => void (direction === "client" && commands.push(text)),
    });
    expect(await imap.search("INBOX", {})).toBeInstanceOf(Array);
    expect(commands.filter((text) => /^\S+ (AUTHENTICATE|LOGIN) ?/.test(text))).toEqual([
      expect.stringContaining(command),
    ]);
    await using wrong = liveClient("bob", { authMethod, credentials: { user: "bob", password: "wrong" } });
    await expect(wrong.search("INBOX", {})).rejects.toMatchObject({ code: "authentication" });
  });

  it("tells of a folder that another client has deleted or replaced while it was open here", async () => {
    await using imap = liveClient("carol", { retry: { backoff: () => 1 } });
    await using other = liveClient("carol");
    await other.createFolder("Short-lived");
    await other.append("Short-lived", plainMessage("old"));
    expect(await imap.search("Short-lived", {})).toEqual([1]);
    await other.deleteFolder("Short-lived");
    await expect(imap.search("Short-lived", {})).rejects.toMatchObject({ code: "not-found" });
    await other.createFolder("Short-lived");
    expect(await imap.search("Short-lived", {})).toEqual([]);
    await other.renameFolder("Short-lived", "Renamed");
    await expect(imap.search("Short-lived", {})).rejects.toMatchObject({ code: "not-found" });
    await other.deleteFolder("Renamed");
  });

  it("gives messages that are deleted while they are read as gone, not as empty", async () => {
    await using imap = liveClient("carol", { limits: { maxBatchMessages: 2 } });
    await using other = liveClient("carol");
    await other.createFolder("Shrinking");
    for (let number = 1; number <= 8; number++) await other.append("Shrinking", plainMessage(`${number}`));
    const read: string[] = [];
    for await (const { subject, text, incomplete } of imap.messages("Shrinking", { body: "text" })) {
      if (read.length === 0) await other.delete("Shrinking", [5, 6, 8]);
      if (incomplete === undefined) expect(text).toBe("Hello.\n");
      else expect(incomplete.code).toBe("not-found");
      read.push(subject);
    }
    await other.deleteFolder("Shrinking");
    expect(read).toEqual(expect.arrayContaining(["1", "2", "3", "4", "7"]));
    expect(read).not.toContain("8");
  });

  it("takes passwords and tokens, and refuses wrong ones for good", async () => {
    await using awkward = liveClient("xenia");
    expect(await awkward.search("INBOX", {})).toBeInstanceOf(Array);
    await using token = liveClient("bob", { withToken: "accessToken" });
    expect(await token.search("INBOX", {})).toBeInstanceOf(Array);
    await using expired = liveClient("bob", { withToken: "expiredToken" });
    await expect(expired.search("INBOX", {})).rejects.toMatchObject({ code: "authentication" });
  });
});
