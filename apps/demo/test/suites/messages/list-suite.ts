import { sql } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import type { Database } from "../../../src/db/open-database.js";
import { findMessages, listMessages, type MessageFilter } from "../../../src/store/messages/list-messages.js";
import { CursorError } from "../../../src/store/page-cursor.js";
import { type Tenant, wholeTenant } from "../../../src/store/tenant.js";
import { createHousehold, deliver, newMessage } from "../fixture.js";

/** What lists of messages must do on every database. */
export function listSuite(open: () => Database): void {
  describe("lists", () => {
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
  task: (tenant: Tenant) => Promise<unknown>,
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
    await task(wholeTenant(tenant, drizzle(explaining)));
    return plans.join("\n");
  } finally {
    client.release();
  }
}
