import { describe, expect, test } from "vitest";
import { inTransaction } from "../../../src/db/in-transaction.js";
import type { Database } from "../../../src/db/open-database.js";
import { addEvents, latestEventId, readEvents, removeOldEvents } from "../../../src/store/events.js";
import { listMessages } from "../../../src/store/messages/list-messages.js";
import { createHousehold, deliver, newMessage, within } from "../fixture.js";

/** What readers of events may rely on, on every database. */
export function eventSuite(open: () => Database): void {
  describe("events", () => {
    test("each new message is told with the id it is listed under, after the place that was read", async () => {
      const home = await createHousehold(open());
      const before = await latestEventId(home.tenant);
      await deliver(open(), home, home.inbox, [newMessage(1), newMessage(2)]);
      const page = await readEvents(home.tenant, before);
      if (page.isGone) throw new Error("The place is gone");
      expect(page.events.map(({ type }) => type)).toEqual(["message.added", "message.added"]);
      const { items } = await listMessages(home.tenant, {}, { limit: 10 });
      expect(page.events.map(({ data }) => data["id"])).toEqual(items.map(({ id }) => id).reverse());
      const last = page.events.at(-1)?.id ?? 0;
      expect(await readEvents(home.tenant, last)).toEqual({ isGone: false, events: [] });
    });

    test("a transaction that is rolled back tells nothing; another tenant's is not told", async () => {
      const [home, other] = [await createHousehold(open()), await createHousehold(open())];
      const before = await latestEventId(home.tenant);
      const failing = inTransaction(open(), async (tx) => {
        await addEvents(within(home.tenant, tx), [{ type: "account.state", data: {} }]);
        throw new Error("power cut");
      });
      await expect(failing).rejects.toThrow("power cut");
      await addEvents(other.tenant, [{ type: "account.state", data: {} }]);
      expect(await readEvents(home.tenant, before)).toEqual({ isGone: false, events: [] });
    });

    test("a reader whose place was removed for its age, or is of another database, is told so", async () => {
      const home = await createHousehold(open());
      const place = await latestEventId(home.tenant);
      await addEvents(home.tenant, [{ type: "account.state", data: {} }]);
      await removeOldEvents(open().sql, new Date(Date.now() + 60_000));
      expect(await readEvents(home.tenant, place)).toMatchObject({ isGone: true });
      const latest = await latestEventId(home.tenant);
      expect(await readEvents(home.tenant, latest)).toEqual({ isGone: false, events: [] });
      expect(await readEvents(home.tenant, latest + 1_000)).toMatchObject({ isGone: true });
    });

    test("an event with a lower id that is committed later is not passed over", async (context) => {
      if (open().kind === "pglite") return context.skip("PGlite runs one transaction at a time");
      const home = await createHousehold(open());
      const before = await latestEventId(home.tenant);
      await inTransaction(open(), async (slow) => {
        await addEvents(within(home.tenant, slow), [{ type: "account.state", data: { first: true } }]);
        await inTransaction(open(), (quick) =>
          addEvents(within(home.tenant, quick), [{ type: "account.state", data: { first: false } }]),
        );
        expect(await readEvents(home.tenant, before)).toEqual({ isGone: false, events: [] });
      });
      const page = await readEvents(home.tenant, before);
      expect(page.isGone ? [] : page.events.map(({ data }) => data["first"])).toEqual([true, false]);
    });
  });
}
