import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { collect } from "../support/imap-fixture.js";
import { mixedMessage, plainMessage } from "../support/mime-samples.js";
import { type LiveServer, prepareFolders, readCapabilities, skipWhere, store } from "./live-server.js";

/** Appending, flags, and moving, copying and deleting messages. */
export function describeWriting(server: LiveServer): void {
  const hasCodes = server.ways?.sendsNoCodes === undefined;
  describe("appending", () => {
    const { imap, other, folder } = prepareFolders(server, "Appending");

    it("tells the UID that the message got, and keeps flags and date", async (context) => {
      skipWhere(context, server.ways?.forgetsAppended);
      const receivedAt = new Date("2026-01-02T03:04:05Z");
      const { uid, uidValidity } = await imap.append(folder, plainMessage("one"), {
        flags: ["\\Seen", "$Forwarded"],
        receivedAt,
      });
      expect(uid).toBe(1);
      expect(uidValidity).toBe(await other.uidValidity(folder));
      const message = await other.message(folder, 1);
      expect(message).toMatchObject({ isRead: true, isStarred: false, receivedAt });
      expect(message?.flags.has("$Forwarded")).toBe(true);
    });

    it("streams a message in", async () => {
      const bytes = Buffer.from(mixedMessage(9, 1_500_000));
      const stream = Readable.from([bytes.subarray(0, 700_000), bytes.subarray(700_000)]);
      await imap.append(folder, { stream, sizeBytes: bytes.length }, { flags: ["\\Seen"] });
      const [uid = 0] = await other.search(folder, { larger: 1_000_000 });
      const { content } = await other.downloadMessage(folder, uid);
      expect(Buffer.concat(await collect(content)).equals(bytes)).toBe(true);
    });

    it("stores nothing when the stream ends early", async () => {
      const { totalCount } = await imap.status(folder);
      const append = imap.append(folder, {
        stream: Readable.from([Buffer.alloc(1_000, 65)]),
        sizeBytes: 2_000,
      });
      await expect(append).rejects.toMatchObject({ code: "invalid-argument" });
      expect((await imap.status(folder)).totalCount).toBe(totalCount);
    });

    it(`finds bare line feeds ${server.bareLineFeeds}`, async () => {
      const source = "Subject: LF\n\nNo CR.\n";
      const appended = imap.append(folder, source);
      if (server.bareLineFeeds === "refused") {
        await expect(appended).rejects.toMatchObject({
          code: "rejected",
          server: { text: expect.stringMatching(/newline/) },
        });
        return;
      }
      await appended;
      const uid = (await imap.search(folder, {})).at(-1) ?? 0;
      const stored = (await imap.message(folder, uid, { body: "full" }))?.source?.toString();
      expect(stored).toBe(source.replaceAll("\n", "\r\n"));
    });

    it("to a folder that is not there says so", async () => {
      await expect(imap.append(`${folder} none`, plainMessage("lost"))).rejects.toMatchObject({
        code: "not-found",
        server: { code: hasCodes ? "TRYCREATE" : undefined },
      });
    });
  });

  describe("flags", () => {
    const { imap, other, folder } = prepareFolders(server, "Flags");

    it("are added, removed and replaced, and the answer names the messages that are there", async (context) => {
      skipWhere(context, server.ways?.mistakesMissing);
      for (const subject of ["one", "two", "three"]) await imap.append(folder, plainMessage(subject));
      expect(await imap.markAsRead(folder, [1, 2, 99])).toEqual({ updated: [1, 2], conflicted: [] });
      expect(await imap.markAsRead(folder, [1, 3])).toEqual({ updated: [1, 3], conflicted: [] });
      expect(await other.search(folder, { seen: true })).toEqual([1, 2, 3]);
      await imap.markAsUnread(folder, 2);
      await imap.setFlags(folder, 3, ["\\Flagged", "$Forwarded", "NonJunk"]);
      await imap.removeFlags(folder, 3, ["NonJunk"]);
      await imap.removeStar(folder, [1, 2]);
      const flags = (await collect(other.messages(folder))).map((message) =>
        [...message.flags].filter((flag) => flag !== "\\Recent").sort(),
      );
      expect(flags).toEqual([["\\Seen"], [], ["$Forwarded", "\\Flagged"]]);
    });

    it("are left alone where they changed since", async (context) => {
      skipWhere(context, server.ways?.refusesKeywords);
      const can = await readCapabilities(imap);
      const { highestModseq = 1n } = await other.status(folder);
      await other.addFlags(folder, [3], ["$Elsewhere"]);
      const conditional = imap.addStar(folder, [1, 3], { unchangedSince: highestModseq });
      if (!can.has("CONDSTORE")) {
        await expect(conditional).rejects.toMatchObject({ code: "unsupported" });
        return;
      }
      expect(await conditional).toEqual({ updated: [1], conflicted: [3] });
      expect((await other.message(folder, 1))?.isStarred).toBe(true);
      const now = (await other.status(folder)).highestModseq;
      expect(await imap.removeStar(folder, [1, 2, 3], { unchangedSince: now })).toEqual({
        updated: [1, 2, 3],
        conflicted: [],
      });
    });
  });

  describe("moving, copying and deleting", () => {
    const { imap, other, folder, archive } = prepareFolders(server, "Moving");

    it("touches nothing that others have marked", async (context) => {
      skipWhere(context, server.ways?.mistakesMissing);
      const can = await readCapabilities(imap);
      for (const subject of ["one", "two", "three", "four"]) await imap.append(folder, plainMessage(subject));
      await other.addFlags(folder, [3], ["\\Deleted"]);
      const copied = await imap.copy(folder, [1, 99], archive);
      expect(copied.uids).toEqual([1]);
      expect([...(copied.uidMap ?? [])]).toEqual([[1, 1]]);
      expect(copied.uidValidity).toBe(await other.uidValidity(archive));

      const moved = await imap.move(folder, [1, 77], archive);
      expect(moved.uids).toEqual([1]);
      expect(moved.uidMap?.get(1)).toBe(2);
      const isSourceRemoved = can.has("MOVE") || can.has("UIDPLUS");
      expect(moved.isSourceRemoved).toBe(isSourceRemoved);
      expect(await other.search(folder, {})).toEqual(isSourceRemoved ? [2, 3, 4] : [1, 2, 3, 4]);
      expect((await collect(other.messages(archive))).map(({ subject }) => subject)).toEqual(["one", "one"]);

      expect(await imap.delete(folder, [2, 88])).toEqual({ uids: [2], isExpunged: can.has("UIDPLUS") });
      expect(await other.search(folder, { deleted: true })).toContain(3);
      expect(await other.search(folder, { deleted: false })).toEqual([4]);
    });

    it("to where there is no folder leaves the source as it was", async () => {
      const missing = { code: "not-found", server: { code: hasCodes ? "TRYCREATE" : undefined } };
      const [there] = await other.search(folder, { deleted: false });
      const uid = there ?? (await store(other, folder, plainMessage("four")));
      await expect(imap.move(folder, [uid], `${folder} none`)).rejects.toMatchObject(missing);
      await expect(imap.copy(folder, [uid], `${folder} none`)).rejects.toMatchObject(missing);
      expect(await other.search(folder, { deleted: false })).toEqual([uid]);
    });

    it("moves scattered messages, and tells where each of them went", async () => {
      const subjects = Array.from({ length: 40 }, (_, index) => `bulk ${index}`);
      await Promise.all(subjects.map((subject) => imap.append(folder, plainMessage(subject))));
      const uids = (await imap.search(folder, { subject: "bulk" })).filter((_, index) => index % 3 !== 0);
      const { uidMap, uids: moved } = await imap.move(folder, uids, archive);
      expect(moved).toEqual(uids);
      const arrived = await other.search(archive, { subject: "bulk" });
      expect(arrived).toHaveLength(uids.length);
      if (!hasCodes) return;
      expect([...(uidMap?.keys() ?? [])]).toEqual(uids);
      expect(arrived).toEqual([...(uidMap?.values() ?? [])]);
    });
  });
}
