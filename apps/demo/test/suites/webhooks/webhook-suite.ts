import { until } from "@mailwright/suite";
import { sql } from "drizzle-orm";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { inTransaction } from "../../../src/db/in-transaction.js";
import type { Database } from "../../../src/db/open-database.js";
import { startJobs } from "../../../src/jobs/start-jobs.js";
import { WebClients } from "../../../src/mail/web-clients.js";
import { addEvents, latestEventId, type NewEvent } from "../../../src/store/events.js";
import { endWebhookClaims } from "../../../src/store/webhooks/claims.js";
import { listDeliveries } from "../../../src/store/webhooks/deliveries.js";
import { findWebhook, resumeWebhook } from "../../../src/store/webhooks/webhooks.js";
import { createHousehold, within } from "../fixture.js";
import { WebhookFixture } from "./webhook-fixture.js";

/** When and how often webhooks are told, on every database. */
export function webhookSuite(open: () => Database): void {
  describe("a webhook", () => {
    let hooks: WebhookFixture;

    beforeAll(async () => {
      hooks = await WebhookFixture.start(open());
    });

    beforeEach(async () => {
      hooks = await hooks.renew();
    });

    afterAll(() => hooks.receiver.stop());

    test("is told what happens from then on, in order, signed so that the standard's library takes it", async () => {
      await hooks.happen("send.queued");
      const { id, secret } = await hooks.add();
      expect(await hooks.isDue(id)).toBe(false);
      await hooks.happen("send.sending", "sync.progress", "draft.saved", "send.sent");
      await hooks.happen("message.bounced");
      expect(await hooks.isDue(id)).toBe(true);
      await hooks.run(id);
      expect(hooks.types()).toEqual(["send.sending", "send.sent", "message.bounced"]);
      for (const { headers, body, event } of hooks.receiver.received) {
        const verified = new Webhook(secret).verify(body, headers as Record<string, string>);
        expect(verified).toEqual({
          ...event,
          accountId: hooks.home.account.id,
          timestamp: expect.any(String),
        });
      }
      expect(new Set(hooks.receiver.received.map((post) => post.id)).size).toBe(3);
      const other = new Webhook(`whsec_${Buffer.alloc(32).toString("base64")}`);
      const [post] = hooks.receiver.received;
      expect(() => other.verify(post?.body ?? "", post?.headers as Record<string, string>)).toThrow();
      expect(await findWebhook(hooks.home.tenant, id)).toMatchObject({
        cursor: await latestEventId(hooks.home.tenant),
      });
      expect(await hooks.isDue(id)).toBe(false);
      const log = await listDeliveries(hooks.home.tenant, id, 10);
      expect(log).toMatchObject(
        ["message.bounced", "send.sent", "send.sending"].map((type) => ({
          type,
          attempt: 1,
          status: 200,
          error: null,
        })),
      );
    });

    test("is told of those types and of that account alone that it is for; the others are passed over", async () => {
      const other = await createHousehold(hooks.database);
      const { id } = await hooks.add({ events: ["send.sent"], accountId: hooks.home.account.id });
      await hooks.happen("send.queued", "send.sent");
      await inTransaction(hooks.database, async (tx) => {
        await addEvents(within(hooks.home.tenant, tx), [
          { type: "send.sent", data: { id: "of no account" } },
        ]);
        await addEvents(within(other.tenant, tx), [{ type: "send.sent", data: { id: "of strangers" } }]);
      });
      await hooks.run(id);
      expect(hooks.receiver.received.map(({ event }) => event.data)).toEqual([{ id: "send.sent 1" }]);
      expect((await findWebhook(hooks.home.tenant, id))?.cursor).toBe(await latestEventId(hooks.home.tenant));
    });

    test("what is not taken is tried again with the same id, and what comes after it waits", async () => {
      const { id } = await hooks.add();
      await hooks.happen("send.sending", "send.sent", "send.resolved");
      hooks.receiver.answer = ({ event }) => (event.type === "send.sent" ? 503 : 200);
      await hooks.run(id);
      expect(hooks.types()).toEqual(["send.sending", "send.sent"]);
      expect(await hooks.isDue(id)).toBe(false);
      await hooks.run(id);
      expect(hooks.types()).toHaveLength(2);
      const waits = [await hooks.secondsToNextTry(id)];
      await hooks.comeDue(id);
      await hooks.run(id);
      waits.push(await hooks.secondsToNextTry(id));
      expect(waits).toEqual([10, 60]);
      hooks.receiver.answer = () => 200;
      await hooks.comeDue(id);
      await hooks.run(id);
      expect(hooks.types()).toEqual(["send.sending", ...Array(3).fill("send.sent"), "send.resolved"]);
      const ids = hooks.receiver.received.map((post) => post.id);
      expect([ids[1], ids[2]]).toEqual([ids[3], ids[3]]);
      const log = await listDeliveries(hooks.home.tenant, id, 10);
      expect(log.map(({ attempt, status, error }) => [attempt, status, error])).toEqual([
        [1, 200, null],
        [3, 200, null],
        [2, 503, "Answered 503"],
        [1, 503, "Answered 503"],
        [1, 200, null],
      ]);
      expect(await findWebhook(hooks.home.tenant, id)).toMatchObject({ failures: 0, pausedReason: null });
    });

    test("after eight tries in a day it is paused and says why; resumed, it goes on where it stopped", async () => {
      const { id } = await hooks.add();
      await hooks.happen("send.sent", "send.resolved");
      hooks.receiver.answer = () => 500;
      let waited = 0;
      for (let attempt = 1; attempt <= 8; attempt += 1) {
        expect(await findWebhook(hooks.home.tenant, id)).toMatchObject({ pausedReason: null });
        await hooks.run(id);
        if (attempt < 8) waited += await hooks.secondsToNextTry(id);
        await hooks.comeDue(id);
      }
      expect(waited / 3_600).toBeCloseTo(24, 2);
      expect((await findWebhook(hooks.home.tenant, id))?.pausedReason).toBe(
        "8 tries in 24 hours failed; the last one: Answered 500",
      );
      expect(await hooks.isDue(id)).toBe(false);
      await hooks.run(id);
      expect(hooks.receiver.received).toHaveLength(8);
      hooks.receiver.answer = () => 204;
      expect(await resumeWebhook(hooks.home.tenant, id)).toMatchObject({ pausedReason: null, failures: 0 });
      expect(await hooks.isDue(id)).toBe(true);
      await hooks.run(id);
      expect(hooks.types().slice(8)).toEqual(["send.sent", "send.resolved"]);
    });

    test("a receiver that is gone for good pauses it at once", async () => {
      const { id } = await hooks.add();
      await hooks.happen("send.sent");
      hooks.receiver.answer = () => 410;
      await hooks.run(id);
      expect((await findWebhook(hooks.home.tenant, id))?.pausedReason).toContain("410");
    });

    test("of many who want to tell it one does, one event at a time", async () => {
      const { id } = await hooks.add();
      await hooks.happen(...Array<NewEvent["type"]>(10).fill("send.sent"));
      await Promise.all(["one", "two", "three", "four"].map((holder) => hooks.run(id, { holder })));
      expect(hooks.receiver.mostAtOnce).toBe(1);
      expect(new Set(hooks.receiver.received.map((post) => post.id)).size).toBe(10);
      expect(hooks.receiver.received).toHaveLength(10);
    });

    test("whoever is gone between the receiver's answer and the database is followed by one who tells it again", async () => {
      const { id } = await hooks.add();
      await hooks.happen("send.sent", "send.resolved");
      let isStruck = false;
      hooks.receiver.answer = async () => {
        if (isStruck) return 200;
        isStruck = true;
        // The first holder stands still here for longer than its claim lasts.
        await endWebhookClaims(hooks.database.sql);
        await hooks.run(id, { holder: "other" });
        return 200;
      };
      await hooks.run(id);
      expect(hooks.types()).toEqual(["send.sent", "send.sent", "send.resolved"]);
      expect(hooks.receiver.received[1]?.id).toBe(hooks.receiver.received[0]?.id);
      // What the one that was late has seen is written by nobody.
      expect(await listDeliveries(hooks.home.tenant, id, 10)).toHaveLength(2);
      expect((await findWebhook(hooks.home.tenant, id))?.cursor).toBe(await latestEventId(hooks.home.tenant));
    });

    test("is told by itself of what happens while the program runs", async () => {
      const { id } = await hooks.add();
      // Nobody shall hold them meanwhile, and tell of that.
      await hooks.database.sql.execute(sql`delete from accounts`);
      await using clients = new WebClients(hooks.environment);
      await using _jobs = await startJobs(hooks.environment, clients);
      await hooks.happen("send.sent", "send.resolved");
      await until(() => hooks.receiver.received.length === 2);
      expect(hooks.types()).toEqual(["send.sent", "send.resolved"]);
      await until(async () => (await listDeliveries(hooks.home.tenant, id, 10)).length === 2);
    });
  });
}
