import { describe, expect, it } from "vitest";
import { collect } from "../support/imap-fixture.js";
import { forwardOf, mixedMessage, plainMessage } from "../support/mime-samples.js";
import { outline } from "../support/outline.js";
import {
  clientOf,
  type LiveServer,
  prepareFolders,
  readCapabilities,
  skipWhere,
  store,
} from "./live-server.js";
import { variedMessages } from "./varied-messages.js";

/** Reading: envelopes, text, whole messages, attachments, counts; and folders that are empty. */
export function describeReading(server: LiveServer): void {
  describe("reading", () => {
    const { imap, other, folder, archive } = prepareFolders(server, "Reading");

    it("an empty folder gives nothing, and no error", async () => {
      expect(await collect(imap.messages(archive))).toEqual([]);
      expect(await collect(imap.messages(archive, { newest: 5, body: "text" }))).toEqual([]);
      expect(await collect(imap.messages(archive, { uids: [1, 2, 3] }))).toEqual([]);
      expect(await imap.message(archive, 1)).toBeUndefined();
      expect(await imap.search(archive, {})).toEqual([]);
      expect(await imap.search(archive, { seen: false, or: [{ from: "x" }, { larger: 1 }] })).toEqual([]);
      expect(await imap.markAsRead(archive, [1, 2])).toEqual({ updated: [], conflicted: [] });
      expect(await imap.delete(archive, [1])).toMatchObject({ uids: [] });
      expect((await imap.copy(archive, [1], folder)).uids).toEqual([]);
      expect(await imap.status(archive)).toMatchObject({ totalCount: 0, unreadCount: 0, uidNext: 1 });
      await expect(imap.downloadMessage(archive, 1)).rejects.toMatchObject({ code: "not-found" });
    });

    it("tells what the messages of a folder are, and how many", async (context) => {
      skipWhere(context, server.ways?.numbersAnew);
      const sources = [mixedMessage(1, 200_000), plainMessage("two"), mixedMessage(3)];
      const receivedAt = new Date("2026-01-02T03:04:05Z");
      for (const source of sources) await other.append(folder, source, { receivedAt });
      const [first, second, third] = await collect(
        imap.messages(folder, { body: "text", headers: ["X-Number"] }),
      );
      expect([first, second, third].map((m) => [m?.uid, m?.subject, m?.text])).toEqual([
        [1, "Grüße 1", "Schön, Nummer 1"],
        [2, "two", "Hello.\n"],
        [3, "Grüße 3", "Schön, Nummer 3"],
      ]);
      expect(first).toMatchObject({
        folder,
        messageId: "<m1@example.test>",
        from: [{ name: "Adä", address: "ada1@example.test" }],
        to: [{ name: "Bob", address: "bob@example.test" }, { address: "carol@example.test" }],
        inReplyTo: ["<r2@example.test>"],
        references: ["<r1@example.test>", "<r2@example.test>"],
        date: new Date("2026-11-20T09:00:00Z"),
        receivedAt,
        isRead: false,
        html: "<p>Schön 1</p>",
        attachmentCount: 1,
        sizeBytes: Buffer.byteLength(sources[0] ?? ""),
        incomplete: undefined,
      });
      expect(first?.headers?.get("x-number")).toEqual(["n° 1"]);
      const listed = (await imap.listFolders({ counts: true })).find(({ name }) => name === folder);
      expect(listed).toMatchObject({ totalCount: 3, unreadCount: 3, uidNext: 4, role: "custom" });
      expect(await imap.status(folder)).toMatchObject({ totalCount: 3, unreadCount: 3, uidNext: 4 });
    });

    it("pages from the newest backwards and goes on after a UID", async (context) => {
      skipWhere(context, server.ways?.numbersAnew);
      const uids = async (query: Parameters<typeof imap.messages>[1]): Promise<number[]> =>
        (await collect(imap.messages(folder, query))).map(({ uid }) => uid);
      expect(await uids({ newest: 2 })).toEqual([2, 3]);
      expect(await uids({ newest: 1, beforeUid: 3 })).toEqual([2]);
      expect(await uids({ afterUid: 1 })).toEqual([2, 3]);
      expect(await uids({ afterUid: 3 })).toEqual([]);
      expect(await uids({ uids: [3, 99, 1] })).toEqual([1, 3]);
    });

    it("tells what a message is made of, with what is in one that is attached", async (context) => {
      skipWhere(context, server.ways?.numbersAnew);
      const uid = await store(other, archive, Buffer.from(forwardOf(mixedMessage(9))));
      const found = await imap.message(archive, uid, { structure: true });
      expect(outline(found?.structure)).toEqual([
        " multipart/mixed",
        "1 text/plain",
        "2 message/rfc822",
        "2.TEXT multipart/mixed",
        "2.1 multipart/alternative",
        "2.1.1 text/plain",
        "2.1.2 text/html",
        "2.2 application/pdf",
      ]);
      expect(found?.structure?.children[1]?.message?.subject).toBe("Grüße 9");
      const { content, filename } = await imap.downloadAttachment(archive, uid, "2.2");
      expect(filename).toBe("Übersicht 9.pdf");
      expect(Buffer.concat(await collect(content)).equals(Buffer.alloc(3_000, 9))).toBe(true);
    });

    it("downloads an attachment and a message of several megabytes byte for byte", async (context) => {
      skipWhere(context, server.ways?.numbersAnew);
      const source = Buffer.from(mixedMessage(200, 6_000_000));
      const uid = await store(other, archive, source);
      const whole = await imap.downloadMessage(archive, uid);
      expect(whole.sizeBytes).toBe(source.length);
      expect(Buffer.concat(await collect(whole.content)).equals(source)).toBe(true);
      const { content, filename } = await imap.downloadAttachment(archive, uid, "2");
      expect(filename).toBe("Übersicht 200.pdf");
      expect(Buffer.concat(await collect(content)).equals(Buffer.alloc(6_000_000, 200))).toBe(true);
      const [read] = await collect(imap.messages(archive, { uids: [uid], body: "full" }));
      expect(read?.source?.equals(source)).toBe(true);
      await expect(imap.downloadAttachment(archive, uid, "7.1")).rejects.toMatchObject({ code: "not-found" });
    });

    it("gives messages that are deleted meanwhile as gone, not as empty", async (context) => {
      skipWhere(context, server.ways?.hidesOthers);
      await using slow = clientOf(server, { limits: { maxBatchMessages: 2 } });
      const name = `${folder} shrinking`;
      await other.createFolder(name);
      for (let number = 1; number <= 8; number++) await other.append(name, plainMessage(`${number}`));
      const read: string[] = [];
      for await (const { subject, text, incomplete } of slow.messages(name, { body: "text" })) {
        if (read.length === 0) await other.delete(name, [5, 6, 8]);
        if (incomplete === undefined) expect(text).toBe("Hello.\n");
        else expect(incomplete.code).toBe("not-found");
        read.push(subject);
      }
      await other.deleteFolder(name);
      expect(read).toEqual(expect.arrayContaining(["1", "2", "3", "4", "7"]));
      expect(read).not.toContain("8");
    });

    it("gives messages the ids of RFC 8474 where the server has them", async (context) => {
      skipWhere(context, server.ways?.numbersAnew);
      const hasObjectId = (await readCapabilities(imap)).has("OBJECTID");
      const uid = await store(imap, folder, plainMessage("ids"));
      const { uidMap } = await imap.copy(folder, uid, archive);
      const original = await imap.message(folder, uid);
      const copied = await imap.message(archive, uidMap?.get(uid) ?? 0);
      expect(typeof original?.emailId).toBe(hasObjectId ? "string" : "undefined");
      expect(copied?.emailId).toBe(original?.emailId);
      expect(copied?.threadId).toBe(original?.threadId);
      if (!hasObjectId) return;
      expect(await imap.search(folder, { emailId: original?.emailId })).toEqual([uid]);
      expect(await imap.search(folder, { threadId: original?.threadId })).toEqual([uid]);
    });
  });

  describe("a message with", () => {
    const { imap, folder } = prepareFolders(server, "Shapes");

    it.for(variedMessages)("$title", async (message, context) => {
      // Its suite has them delivered as files.
      skipWhere(context, server.ways?.numbersAnew);
      const { source, subject = "", text, html, attachments = [] } = message;
      const uid = await store(imap, folder, source);
      const read = await imap.message(folder, uid, { body: "text" });
      expect(read).toMatchObject({ subject, sizeBytes: source.length, incomplete: undefined });
      const ending = (shown: string | undefined): string | undefined =>
        server.ways?.endsParts === undefined ? shown : shown?.trimEnd();
      expect({ text: ending(read?.text), html: ending(read?.html) }).toEqual({
        text: ending(text),
        html: ending(html),
      });
      expect(
        read?.attachments.map(({ part, contentType, filename }) => [part, contentType, filename]),
      ).toEqual(attachments.map(({ part, contentType, filename }) => [part, contentType, filename]));
      expect((await imap.message(folder, uid, { body: "full" }))?.source?.equals(source)).toBe(true);
      for (const { part, content } of attachments) {
        const download = await imap.downloadAttachment(folder, uid, part);
        expect(ending(Buffer.concat(await collect(download.content)).toString("latin1"))).toBe(
          ending(content.toString("latin1")),
        );
      }
    });
  });
}
