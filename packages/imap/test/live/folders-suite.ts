import { describe, expect, it } from "vitest";
import type { Folder } from "../../src/index.js";
import { plainMessage } from "../support/mime-samples.js";
import {
  clientOf,
  type LiveServer,
  prepareFolders,
  readCapabilities,
  skipUnless,
  skipWhere,
  store,
} from "./live-server.js";

const NAMES = ["Entwürfe & Co", "日本語", "Fest 🎉", "it's ~ (so) [be] it", "a+b=c", "$100 #1"];

/** Folders: names, hierarchy, roles, subscriptions, figures, and the words with which a server refuses. */
export function describeFolders(server: LiveServer): void {
  describe("folders", () => {
    const { imap, other, folder } = prepareFolders(server, "Folders");
    const { prefix, delimiter } = server;
    const find = async (name: string): Promise<Folder | undefined> =>
      (await imap.listFolders({ counts: true })).find((entry) => entry.name === name);

    const replace = async (name: string, isThere = true): Promise<void> => {
      // Dovecot ends the session of whoever has a folder open that is gone, in the middle of an APPEND too.
      await other.search(folder, {});
      if (isThere) await other.deleteFolder(name);
      await other.createFolder(name);
      await other.append(name, plainMessage("second"));
    };

    it.for(NAMES)("may be called %s", async (name, context) => {
      const isPossible = server.impossibleNames?.includes(name) !== true;
      skipUnless(context, isPossible, `${server.label} cannot keep that name`);
      const full = `${prefix}${name}`;
      await imap.createFolder(full);
      expect(await find(full)).toMatchObject({
        displayName: name,
        totalCount: 0,
        role: "custom",
        isSelectable: true,
      });
      expect(await store(imap, full, plainMessage("here"))).toBe(1);
      expect(await imap.search(full, {})).toEqual([1]);
      await imap.deleteFolder(full);
      expect(await find(full)).toBeUndefined();
    });

    it("are refused when their names are", async () => {
      for (const character of server.refusedInNames) {
        const refused = imap.createFolder(`${prefix}a${character}b`);
        await expect(refused).rejects.toMatchObject({ code: "rejected", connectionBroken: false });
      }
    });

    it("have the roles that the server gives them", async () => {
      const folders = await imap.listFolders();
      const roles = Object.fromEntries(folders.map(({ displayName, role }) => [displayName, role]));
      expect(roles).toMatchObject({
        INBOX: "inbox",
        Archive: "archive",
        Drafts: "drafts",
        Junk: "spam",
        Sent: "sent",
        Trash: "trash",
      });
      const sent = folders.find(({ role }) => role === "sent");
      expect(sent).toMatchObject({ name: `${prefix}Sent`, delimiter, isSubscribed: true });
      const uid = await store(imap, `${prefix}Sent`, plainMessage("sent"));
      expect(await imap.message(`${prefix}Sent`, uid)).toMatchObject({ isSent: true });
      await imap.delete(`${prefix}Sent`, uid);
    });

    it("are renamed with those below them, and keep their messages", async () => {
      const isNumbered = server.ways?.numbersAnew === undefined;
      const parent = `${prefix}Projekte ${server.label}`;
      const child = `${parent}${delimiter}Übung`;
      await imap.createFolder(parent);
      await imap.createFolder(child);
      await imap.append(child, plainMessage("kept"));
      expect(await find(child)).toMatchObject({ parent, displayName: "Übung", totalCount: 1 });
      const renamed = `${parent} 2`;
      await imap.renameFolder(parent, renamed);
      expect(await find(child)).toBeUndefined();
      expect(await find(`${renamed}${delimiter}Übung`)).toMatchObject({ totalCount: 1, parent: renamed });
      const kept = await other.search(`${renamed}${delimiter}Übung`, { subject: "kept" });
      expect(isNumbered ? kept : [kept.length]).toEqual([1]);
      await imap.deleteFolder(`${renamed}${delimiter}Übung`);
      await imap.deleteFolder(renamed);
    });

    it("are subscribed and unsubscribed", async () => {
      await imap.subscribeFolder(folder);
      expect((await find(folder))?.isSubscribed).toBe(true);
      await imap.unsubscribeFolder(folder);
      expect((await find(folder))?.isSubscribed).toBe(false);
    });

    it("have another UIDVALIDITY when they are made anew", async (context) => {
      skipWhere(context, server.ways?.numbersAnew);
      const name = `${folder} anew`;
      await imap.createFolder(name);
      await imap.append(name, plainMessage("first"));
      expect(await imap.search(name, {})).toEqual([1]);
      const before = await imap.uidValidity(name);
      await replace(name);
      const after = await imap.uidValidity(name);
      expect(after).not.toBe(before);
      expect((await imap.message(name, 1))?.subject).toBe("second");
      await imap.deleteFolder(name);
    });

    it.for(["deleted", "renamed"])(
      "are read anew after others have %s them and made new ones",
      async (how, context) => {
        skipWhere(context, server.ways?.hidesOthers);
        const name = `${folder} ${how}`;
        await imap.createFolder(name);
        await imap.append(name, plainMessage("first"));
        expect(await imap.search(name, { subject: "first" })).toEqual([1]);
        if (how === "renamed") await other.renameFolder(name, `${name} 2`);
        await replace(name, how === "deleted");
        expect(await imap.search(name, { subject: "second" })).toEqual([1]);
        expect((await imap.message(name, 1))?.subject).toBe("second");
        await imap.deleteFolder(name);
        if (how === "renamed") await imap.deleteFolder(`${name} 2`);
      },
    );

    it("are not found after others have deleted or renamed them while they were open", async (context) => {
      skipWhere(context, server.ways?.keepsDeleted);
      const name = `${folder} short-lived`;
      await other.createFolder(name);
      await other.append(name, plainMessage("old"));
      expect(await imap.search(name, {})).toEqual([1]);
      await other.deleteFolder(name);
      await expect(imap.search(name, {})).rejects.toMatchObject({ code: "not-found" });
      await other.createFolder(name);
      expect(await imap.search(name, {})).toEqual([]);
      await other.renameFolder(name, `${name} 2`);
      await expect(imap.search(name, {})).rejects.toMatchObject({ code: "not-found" });
      await other.deleteFolder(`${name} 2`);
    });

    it("that are not there are not found, whatever is asked", async () => {
      const none = `${folder} none`;
      const missing = { code: "not-found", retryable: false, connectionBroken: false };
      await expect(imap.search(none, {})).rejects.toMatchObject(missing);
      await expect(imap.status(none)).rejects.toMatchObject(missing);
      await expect(imap.deleteFolder(none)).rejects.toMatchObject(missing);
      if (server.ways?.renamesNothing === undefined)
        await expect(imap.renameFolder(none, `${none} 2`)).rejects.toMatchObject(missing);
      await expect(imap.message(none, 1)).rejects.toMatchObject(missing);
      await expect(imap.watch(none).next()).rejects.toMatchObject(missing);
    });

    it("that are there already are not made, nor renamed to", async () => {
      const exists = { code: "already-exists", retryable: false, connectionBroken: false };
      await expect(imap.createFolder(folder)).rejects.toMatchObject(exists);
      await expect(imap.renameFolder(folder, `${prefix}Trash`)).rejects.toMatchObject(exists);
      await expect(imap.deleteFolder("INBOX")).rejects.toMatchObject({ connectionBroken: false });
    });

    it("are told from those of others by namespaces", async () => {
      const { personal, otherUsers } = await imap.namespaces();
      const can = await readCapabilities(imap);
      const isTold = can.has("NAMESPACE");
      expect(personal).toEqual([{ prefix, delimiter: isTold ? delimiter : undefined }]);
      expect(otherUsers.length > 0).toBe(isTold && server.hasOtherUsers);
    });

    it("serve many callers with few connections", async () => {
      await using client = clientOf(server, { pool: { maxPerKey: 2 } });
      const counts = await Promise.all(Array.from({ length: 30 }, () => client.search(folder, {})));
      expect(counts).toHaveLength(30);
      expect(client.stats()).toMatchObject({ waiting: 0, leased: 0 });
      expect(client.stats().created).toBeLessThanOrEqual(2);
      expect(client.stats().reused).toBeGreaterThanOrEqual(28);
    });
  });
}
