import { seededRandom } from "@mailwright/suite";
import { sql } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { inTransaction } from "../../src/db/in-transaction.js";
import type { Database } from "../../src/db/open-database.js";
import { findFolder, recountFolders, replaceFolders, resetFolder } from "../../src/store/folders.js";
import { addMessages } from "../../src/store/messages/add-messages.js";
import { findBody, findSource } from "../../src/store/messages/bodies.js";
import {
  removeByUid,
  removeMessages,
  setFlags,
  setFlagsByUid,
} from "../../src/store/messages/change-messages.js";
import { findMessages, listMessages, type MessageFilter } from "../../src/store/messages/list-messages.js";
import { forgetUnfetchable, listUnfetchable, noteUnfetchable } from "../../src/store/messages/unfetchable.js";
import { CursorError } from "../../src/store/page-cursor.js";
import { createHousehold, deliver, newMessage, within } from "./fixture.js";

/** What storing and listing messages must do on every database. */
export function messageSuite(open: () => Database): void {
  describe("messages", () => {
    test("a batch that comes twice is stored once, and counted once", async () => {
      const home = await createHousehold(open());
      const batch = [newMessage(1), newMessage(2, { seen: true })];
      expect(await deliver(open(), home, home.inbox, batch)).toBe(2);
      expect(await deliver(open(), home, home.inbox, [...batch, newMessage(3)])).toBe(1);
      expect(await findFolder(home.tenant, home.inbox.id)).toMatchObject({ total: 3, unread: 2 });
    });

    test("pages follow each other without a gap or a double, also among messages of the same moment", async () => {
      const home = await createHousehold(open());
      const sortAt = new Date(Date.UTC(2026, 1, 1));
      const batch = Array.from({ length: 25 }, (_, index) => newMessage(index + 1, { sortAt }));
      await deliver(open(), home, home.inbox, batch);
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await listMessages(home.tenant, { folder: home.inbox.id }, { cursor, limit: 10 });
        seen.push(...page.items.map(({ uid }) => uid));
        cursor = page.next;
      } while (cursor !== undefined);
      expect(seen).toHaveLength(25);
      expect(new Set(seen).size).toBe(25);
    });

    test("a cursor of another list is refused", async () => {
      const home = await createHousehold(open());
      await deliver(open(), home, home.inbox, [newMessage(1), newMessage(2)]);
      const { next } = await listMessages(home.tenant, { folder: home.inbox.id }, { limit: 1 });
      const other = listMessages(home.tenant, { folder: home.archive.id }, { cursor: next, limit: 1 });
      await expect(other).rejects.toThrow(CursorError);
      const nonsense = listMessages(home.tenant, {}, { cursor: "bm9uc2Vuc2U", limit: 1 });
      await expect(nonsense).rejects.toThrow(CursorError);
    });

    test("the unified list has inboxes only; starred and unread narrow any list", async () => {
      const home = await createHousehold(open());
      await deliver(open(), home, home.inbox, [newMessage(1), newMessage(2, { seen: true })]);
      await deliver(open(), home, home.archive, [newMessage(3, { flagged: true })]);
      const uids = async (filter: MessageFilter) => {
        const { items } = await listMessages(home.tenant, filter, { limit: 10 });
        return items.map(({ uid }) => uid);
      };
      expect(await uids({})).toEqual(["2", "1"]);
      expect(await uids({ unread: true })).toEqual(["1"]);
      expect(await uids({ starred: true })).toEqual(["3"]);
      expect(await uids({ folder: home.archive.id })).toEqual(["3"]);
    });

    test("a thread is listed from all folders, page by page", async () => {
      const [home, other] = [await createHousehold(open()), await createHousehold(open())];
      const thread = "<first@example.test>";
      const inThread = (uid: number) => newMessage(uid, { threadId: thread });
      await deliver(open(), home, home.inbox, [inThread(1), newMessage(2), inThread(3)]);
      await deliver(open(), home, home.archive, [inThread(4)]);
      const page = (tenant = home.tenant, cursor?: string) =>
        listMessages(tenant, { thread }, { limit: 2, cursor });
      const first = await page();
      expect(first.items.map(({ uid }) => uid)).toEqual(["4", "3"]);
      expect((await page(home.tenant, first.next)).items.map(({ uid }) => uid)).toEqual(["1"]);
      expect((await page(other.tenant)).items).toEqual([]);
      const another = listMessages(home.tenant, { thread: "<2>" }, { limit: 2, cursor: first.next });
      await expect(another).rejects.toThrow(CursorError);
    });

    test("a row tells how many files came along, without what belongs to the HTML", async () => {
      const home = await createHousehold(open());
      const file = (part: string, isRelated: boolean) => ({
        part,
        filename: `${part}.png`,
        safeFilename: `${part}.png`,
        contentType: "image/png",
        contentId: null,
        isRelated,
        sizeBytes: 10,
      });
      await deliver(open(), home, home.inbox, [
        newMessage(1, { attachments: [file("2", false), file("3", true), file("4", false)] }),
        newMessage(2, { attachments: [file("2", true)] }),
      ]);
      const { items } = await listMessages(home.tenant, {}, { limit: 2 });
      expect(items.map(({ uid, attachmentCount }) => [uid, attachmentCount])).toEqual([
        ["2", 0],
        ["1", 2],
      ]);
      const found = await findMessages(home.tenant, [items[1]?.id ?? 0]);
      expect(found[0]?.attachmentCount).toBe(2);
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

    test("no list is sorted: each is read from an index in its order", async () => {
      const home = await createHousehold(open());
      const batch = Array.from({ length: 2_000 }, (_, index) =>
        newMessage(index + 1, {
          seen: index % 50 !== 0,
          flagged: index % 40 === 0,
          text: "short",
          // One long thread among short ones.
          ...(index % 10 === 0 && { threadId: "<long@example.test>" }),
        }),
      );
      await deliver(open(), home, home.inbox, batch);
      await open().sql.execute(sql`analyze messages, folders`);
      const filters: MessageFilter[] = [
        {},
        { folder: home.inbox.id },
        { folder: home.inbox.id, unread: true },
        { starred: true },
        { account: home.account.id },
        { thread: "<long@example.test>" },
        { thread: "<2@example.test>" },
        { account: home.account.id, thread: "<long@example.test>" },
      ];
      for (const filter of filters) {
        const first = await listMessages(home.tenant, filter, { limit: 5 });
        for (const cursor of [undefined, first.next]) {
          const plan = await explain(
            open(),
            (tenant) => listMessages(tenant, filter, { cursor, limit: 50 }),
            home.tenant.id,
          );
          expect(plan, JSON.stringify(filter)).toMatch(/Index Scan/);
          expect(plan, JSON.stringify(filter)).not.toMatch(/Sort|Seq Scan on messages/);
        }
      }
    });
  });
}

/** The plans of the statements that a task sends. */
async function explain(
  database: Database,
  task: (tenant: { readonly id: string; readonly sql: Database["sql"] }) => Promise<unknown>,
  tenant: string,
): Promise<string> {
  const client = await database.pool.connect();
  try {
    const plans: string[] = [];
    const { drizzle } = await import("drizzle-orm/node-postgres");
    const query = client.query.bind(client);
    const explaining = new Proxy(client, {
      get(target, name, receiver) {
        if (name !== "query") return Reflect.get(target, name, receiver);
        return async (config: { text: string }, values: unknown[]) => {
          const { rows } = await query({ text: `explain ${config.text}`, values });
          plans.push(rows.map((row) => Object.values(row).join()).join("\n"));
          return await query(config, values);
        };
      },
    });
    await task({ id: tenant, sql: drizzle(explaining) });
    return plans.join("\n");
  } finally {
    client.release();
  }
}
