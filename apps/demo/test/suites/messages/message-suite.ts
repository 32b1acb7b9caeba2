import { seededRandom } from "@mailwright/suite";
import { sql } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { inTransaction } from "../../../src/db/in-transaction.js";
import type { Database } from "../../../src/db/open-database.js";
import { findFolder, recountFolders, replaceFolders, resetFolder } from "../../../src/store/folders.js";
import { addMessages } from "../../../src/store/messages/add-messages.js";
import { findBody, findSource } from "../../../src/store/messages/bodies.js";
import {
  removeByUid,
  removeMessages,
  setFlags,
  setFlagsByUid,
} from "../../../src/store/messages/change-messages.js";
import { findMessages, listMessages } from "../../../src/store/messages/list-messages.js";
import {
  forgetUnfetchable,
  listUnfetchable,
  noteUnfetchable,
} from "../../../src/store/messages/unfetchable.js";
import { createHousehold, deliver, newMessage, within } from "../fixture.js";

/** What storing messages must do on every database. */
export function messageSuite(open: () => Database): void {
  describe("messages", () => {
    test("a batch that comes twice is stored once, and counted once", async () => {
      const home = await createHousehold(open());
      const batch = [newMessage(1), newMessage(2, { seen: true })];
      expect(await deliver(open(), home, home.inbox, batch)).toBe(2);
      expect(await deliver(open(), home, home.inbox, [...batch, newMessage(3)])).toBe(1);
      expect(await findFolder(home.tenant, home.inbox.id)).toMatchObject({ total: 3, unread: 2 });
    });

    test("flags move the counts, and only messages that changed are told", async () => {
      const home = await createHousehold(open());
      await deliver(open(), home, home.inbox, [newMessage(1), newMessage(2), newMessage(3)]);
      const { items } = await listMessages(home.tenant, {}, { limit: 10 });
      const ids = items.map(({ id }) => id);
      const change = (seen: boolean) =>
        inTransaction(open(), (tx) => setFlags(within(home.tenant, tx), ids, { seen }));
      expect(await change(true)).toHaveLength(3);
      expect(await change(true)).toHaveLength(0);
      expect(await findFolder(home.tenant, home.inbox.id)).toMatchObject({ total: 3, unread: 0 });
      const told = [
        { uid: "2", seen: false, flagged: true },
        { uid: "9", seen: false },
      ];
      await inTransaction(open(), (tx) => setFlagsByUid(within(home.tenant, tx), home.inbox.id, told));
      expect(await findFolder(home.tenant, home.inbox.id)).toMatchObject({ total: 3, unread: 1 });
      const [second] = (await findMessages(home.tenant, ids)).filter(({ uid }) => uid === "2");
      expect(second).toMatchObject({ seen: false, flagged: true, answered: false });
    });

    test("removing takes the body and the words along, and the counts stay right", async () => {
      const home = await createHousehold(open());
      await deliver(open(), home, home.inbox, [newMessage(1), newMessage(2), newMessage(3, { seen: true })]);
      const { items } = await listMessages(home.tenant, {}, { limit: 10 });
      const third = items.find(({ uid }) => uid === "3")?.id ?? 0;
      await inTransaction(open(), async (tx) => {
        await removeByUid(within(home.tenant, tx), home.inbox.id, ["1", "77"]);
        await removeMessages(within(home.tenant, tx), [third]);
      });
      expect(await findBody(home.tenant, third)).toBeUndefined();
      expect(await findFolder(home.tenant, home.inbox.id)).toMatchObject({ total: 1, unread: 1 });
      expect(await recountFolders(home.tenant)).toEqual([]);
    });

    test("a wrong count is found and put right", async () => {
      const home = await createHousehold(open());
      await deliver(open(), home, home.inbox, [newMessage(1)]);
      await open().sql.execute(sql`update folders set total = 7 where id = ${home.inbox.id}`);
      expect(await recountFolders(home.tenant)).toEqual([home.inbox.id]);
      expect(await findFolder(home.tenant, home.inbox.id)).toMatchObject({ total: 1, unread: 1 });
    });

    test("text that no database takes as it is (NUL, half a character) is stored all the same", async () => {
      const home = await createHousehold(open());
      const subject = "a\0b \ud83d c \\u0000";
      const source = Buffer.from([0, 255, 13, 10]);
      await deliver(open(), home, home.inbox, [newMessage(1, { subject, text: subject, source })]);
      const { items } = await listMessages(home.tenant, {}, { limit: 1 });
      expect(items[0]?.subject).toBe("a\ufffdb \ufffd c \\u0000");
      expect(await findSource(home.tenant, items[0]?.id ?? 0)).toEqual(source);
    });

    test("an id that is too long for an index is none, and the message is stored all the same", async () => {
      const home = await createHousehold(open());
      // Of three bytes each, and in no order that could be packed.
      const random = seededRandom(1);
      const id = (length: number) =>
        String.fromCharCode(...Array.from({ length }, () => 0x4e00 + Math.floor(random() * 20_000)));
      const [longest, tooLong] = [id(800), id(4_000)];
      await deliver(open(), home, home.inbox, [
        newMessage(1, { messageId: tooLong, threadId: tooLong }),
        newMessage(2, { messageId: longest, threadId: longest }),
      ]);
      const { items } = await listMessages(home.tenant, {}, { limit: 2 });
      expect(items.map(({ messageId, threadId }) => [messageId, threadId])).toEqual([
        [longest, longest],
        [null, null],
      ]);
    });

    test("a transaction that fails leaves nothing behind", async () => {
      const home = await createHousehold(open());
      const failing = inTransaction(open(), async (tx) => {
        await addMessages(within(home.tenant, tx), home.inbox, [newMessage(1)], { isFirstSync: false });
        throw new Error("power cut");
      });
      await expect(failing).rejects.toThrow("power cut");
      expect(await listMessages(home.tenant, {}, { limit: 1 })).toEqual({ items: [], next: undefined });
    });

    test("folders follow the server's list; one that is gone takes its messages along", async () => {
      const home = await createHousehold(open());
      await deliver(open(), home, home.archive, [newMessage(1)]);
      const listed = [
        { path: "INBOX", displayName: "Posteingang", role: "inbox", isSelectable: true },
        { path: "Sent", displayName: "Sent", role: "sent", isSelectable: true },
      ] as const;
      const folders = await inTransaction(open(), (tx) =>
        replaceFolders(within(home.tenant, tx), home.account.id, listed),
      );
      expect(folders.map(({ displayName }) => displayName)).toEqual(["Posteingang", "Sent"]);
      expect(folders[0]?.id).toBe(home.inbox.id);
      const { items } = await listMessages(home.tenant, { folder: home.archive.id }, { limit: 1 });
      expect(items).toEqual([]);
    });

    test("a folder that the server numbers anew is emptied", async () => {
      const home = await createHousehold(open());
      await deliver(open(), home, home.inbox, [newMessage(1)]);
      await inTransaction(open(), (tx) => resetFolder(within(home.tenant, tx), home.inbox.id, "2"));
      expect(await findFolder(home.tenant, home.inbox.id)).toMatchObject({ total: 0, validity: "2" });
    });

    test("what a server would not give is counted by tries until it comes", async () => {
      const home = await createHousehold(open());
      const now = new Date();
      await noteUnfetchable(home.tenant, home.inbox.id, ["4", "5"], "NO [SERVERBUG]", now);
      await noteUnfetchable(home.tenant, home.inbox.id, ["4"], "NO [SERVERBUG]", now);
      await forgetUnfetchable(home.tenant, home.inbox.id, ["5"]);
      const listed = await listUnfetchable(home.tenant, home.inbox.id);
      expect(listed).toEqual([
        { folderId: home.inbox.id, uid: "4", error: "NO [SERVERBUG]", tries: 2, lastAt: now },
      ]);
    });

    test("another tenant sees, changes and removes none of it", async () => {
      const [home, other] = [await createHousehold(open()), await createHousehold(open())];
      await deliver(open(), home, home.inbox, [newMessage(1)]);
      const { items } = await listMessages(home.tenant, {}, { limit: 1 });
      const ids = items.map(({ id }) => id);
      const page = await listMessages(other.tenant, { folder: home.inbox.id }, { limit: 1 });
      expect(page.items).toEqual([]);
      expect(await findMessages(other.tenant, ids)).toEqual([]);
      expect(await findBody(other.tenant, ids[0] ?? 0)).toBeUndefined();
      expect(await setFlags(other.tenant, ids, { seen: true })).toEqual([]);
      expect(await removeMessages(other.tenant, ids)).toEqual([]);
      expect(await findFolder(other.tenant, home.inbox.id)).toBeUndefined();
      const foreign = deliver(open(), other, home.inbox, [newMessage(2)]);
      await expect(foreign).rejects.toThrow();
    });
  });
}
