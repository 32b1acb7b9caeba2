import { until } from "@mailwright/suite";
import { sql } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { inTransaction } from "../../../src/db/in-transaction.js";
import type { Database } from "../../../src/db/open-database.js";
import { startJobs } from "../../../src/jobs/start-jobs.js";
import { changeOnServer } from "../../../src/mail/changes/change-on-server.js";
import { findMessages, listMessages } from "../../../src/store/messages/list-messages.js";
import { claimChanges, countWaiting, wantChange } from "../../../src/store/messages/wanted-changes.js";
import { within } from "../fixture.js";
import { ada, useChangingDesk } from "./changing-desk.js";
import { refusedSuite } from "./refused-suite.js";

/** What somebody wants of a message while its server is away, on every database. */
export function waitingSuite(open: () => Database): void {
  describe("changes of messages", () => {
    const desk = useChangingDesk(open);
    const { first, items, archiveId, change, makeDue, push, sync, flagsOnServer, stores, told } = desk;
    refusedSuite(desk);

    test("wait while the server is away, say so, and are made once when it is back", async () => {
      const { id } = await first();
      await desk.mail.imap.stop();
      expect(await change([id], { seen: true })).toEqual([{ id, ok: true, isWaiting: true }]);
      const waiting = await first();
      expect(waiting).toMatchObject({
        seen: true,
        waiting: { seen: true, tries: 1, error: { code: "connection" } },
      });
      expect(Date.parse(waiting.waiting?.nextTryAt ?? "")).toBeGreaterThan(Date.now());
      expect((await countWaiting(desk.tenant)).get(desk.accountId)).toMatchObject({ count: 1 });
      expect(await told("message.updated")).toMatchObject([{ id }]);
      // Not due: nobody is asked.
      await push();
      expect(await first()).toMatchObject({ waiting: { tries: 1 } });
      await makeDue();
      await push();
      expect(await first()).toMatchObject({ waiting: { tries: 2 } });
      await desk.mail.imap.start();
      await makeDue();
      await push();
      expect(await first()).toMatchObject({ seen: true, waiting: null });
      expect(flagsOnServer()).toContain("\\Seen");
      await push();
      expect(stores()).toHaveLength(1);
      expect(await told("message.refused")).toEqual([]);
    });

    test("that wait are made by a job, one command for many, as soon as the account is well again", async () => {
      const ids = (await items()).map(({ id }) => id);
      await desk.mail.imap.stop();
      await change(ids, { flagged: true });
      await desk.mail.imap.start();
      await desk.database().sql.execute(sql`update accounts set failures = 3 where id = ${desk.accountId}`);
      await using _jobs = await startJobs(desk.environment, desk.clients, { pollMs: 60_000 });
      await until(async () => (await items()).every(({ waiting }) => waiting === null));
      expect((await items()).map(({ flagged }) => flagged)).toEqual([true, true, true]);
      expect(stores()).toHaveLength(1);
    });

    test("are due at the very moment that they were made due, which is stored rounded", async () => {
      const { id } = await first();
      await desk.mail.imap.stop();
      await change([id], { seen: true });
      for (let tries = 2; tries < 22; tries += 1) {
        const due = await inTransaction(desk.database(), async (tx) => {
          await tx.execute(sql`update messages set pending_at = now()`);
          return await claimChanges(within(desk.tenant, tx), desk.accountId, 10);
        });
        expect(due).toMatchObject([{ id, wanted: { tries } }]);
      }
      await desk.mail.imap.start();
    });

    test("are made again after a kill between the server's word and the row, which changes nothing", async () => {
      const { id, uid } = await first();
      const moveTo = await archiveId();
      const wanted = { flagged: true, moveTo };
      await inTransaction(desk.database(), (tx) => wantChange(within(desk.tenant, tx), [id], wanted));
      // What the killed process did.
      await desk.clients.use(desk.tenant, desk.accountId, async (client) => {
        await changeOnServer(client, "INBOX", [uid], { type: "flags", flags: { flagged: true } });
        await changeOnServer(client, "INBOX", [uid], { type: "move", to: "Archive" });
      });
      await push();
      expect(await findMessages(desk.tenant, [id])).toHaveLength(1);
      await makeDue();
      await push();
      expect(await findMessages(desk.tenant, [id])).toEqual([]);
      expect(await told("message.refused")).toEqual([]);
      await sync();
      const [inArchive, ...more] = desk.mail.store.messages(ada.user, "Archive");
      expect(more).toEqual([]);
      expect([...(inArchive?.flags ?? [])]).toContain("\\Flagged");
      const moved = await listMessages(desk.tenant, { folder: moveTo }, { limit: 10 });
      expect(moved.items.map(({ subject, flagged }) => [subject, flagged])).toEqual([["First", true]]);
    });

    test("are made as somebody wants them last: read, then unread; thrown away, then archived", async () => {
      const { id } = await first();
      await desk.mail.imap.stop();
      await change([id], { seen: true });
      await change([id], { seen: false, flagged: true });
      await change([id], { isDeleted: true });
      const moveTo = await archiveId();
      await change([id], { moveTo });
      const { waiting } = await first();
      expect(waiting).toMatchObject({ seen: false, flagged: true, moveTo });
      expect(waiting).not.toHaveProperty("isDeleted");
      await desk.mail.imap.start();
      await makeDue();
      await push();
      const [inArchive] = desk.mail.store.messages(ada.user, "Archive");
      expect([...(inArchive?.flags ?? [])].sort()).toEqual(["\\Flagged"]);
    });
  });
}
