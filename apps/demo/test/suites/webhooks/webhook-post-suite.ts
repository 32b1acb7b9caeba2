import { sql } from "drizzle-orm";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { inTransaction } from "../../../src/db/in-transaction.js";
import type { Database } from "../../../src/db/open-database.js";
import { deliverWebhook } from "../../../src/mail/webhooks/deliver-webhook.js";
import { testWebhook } from "../../../src/mail/webhooks/test-webhook.js";
import { addEvents } from "../../../src/store/events.js";
import { listDeliveries } from "../../../src/store/webhooks/deliveries.js";
import { createHousehold, deliver, newMessage, within } from "../fixture.js";
import { WebhookFixture } from "./webhook-fixture.js";

const MAX_BYTES = 256 * 1024;

/** Where webhooks lead, and what they say, on every database. */
export function webhookPostSuite(open: () => Database): void {
  describe("what a webhook posts", () => {
    let hooks: WebhookFixture;

    beforeAll(async () => {
      hooks = await WebhookFixture.start(open());
    });

    beforeEach(async () => {
      hooks = await hooks.renew();
    });

    afterAll(() => hooks.receiver.stop());

    test("a redirect is not followed, and no answer in time is none", async () => {
      const { id } = await hooks.add();
      await hooks.happen("send.sent");
      hooks.receiver.answer = () => 302;
      await hooks.run(id);
      await hooks.comeDue(id);
      hooks.receiver.answer = () => undefined;
      await hooks.run(id, { timeoutMs: 100 });
      expect(hooks.receiver.received.map(({ path }) => path)).toEqual(["/hook", "/hook"]);
      const log = await listDeliveries(hooks.home.tenant, id, 10);
      expect(log).toMatchObject([
        { status: null, error: "No answer in 0.1 seconds" },
        { status: 302, error: "Answered 302, and redirects are not followed" },
      ]);
    });

    test.each(["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]"])(
      "no address of this machine is called unless the operator allows it (%s)",
      async (host) => {
        const { id } = await hooks.add({ url: `http://${host}:${hooks.receiver.port}/hook` });
        await hooks.happen("send.sent");
        const { webPolicy: _all, ...strict } = hooks.environment;
        await deliverWebhook(strict, hooks.home.tenant, id, {
          holder: "one",
          signal: new AbortController().signal,
        });
        const [entry] = await listDeliveries(hooks.home.tenant, id, 1);
        expect(entry).toMatchObject({ status: null, error: expect.stringContaining("not public") });
        expect(hooks.receiver.received).toEqual([]);
      },
    );

    test("the text of mail is told only where it is asked for, and cut to what receivers take", async () => {
      const [silent, asked] = [await hooks.add(), await hooks.add({ includesText: true })];
      const text = `Secret plans ${'"\u0001'.repeat(200_000)}`;
      await deliver(hooks.database, hooks.home, hooks.home.inbox, [newMessage(1, { text }), newMessage(2)]);
      await hooks.run(silent.id);
      expect(hooks.receiver.received.map(({ body }) => body).join()).not.toMatch(
        /Secret|Message 2|text of message/,
      );
      hooks.receiver.reset();
      await hooks.run(asked.id);
      const [first, second] = hooks.receiver.received;
      expect(Buffer.byteLength(first?.body ?? "")).toBeLessThanOrEqual(MAX_BYTES);
      expect(first?.event.data).toMatchObject({
        subject: "Message 1",
        text: expect.stringMatching(/^Secret plans/),
        isTextCut: true,
      });
      expect(second?.event.data).toMatchObject({
        from: { name: "Grace Hopper", address: "grace@example.test" },
        text: "The text of message 2.",
      });
      expect(second?.event.data).not.toHaveProperty("isTextCut");
    });

    test("an event that is too large is told without what it says", async () => {
      const { id } = await hooks.add();
      await inTransaction(hooks.database, (tx) =>
        addEvents(within(hooks.home.tenant, tx), [
          { type: "message.bounced", data: { id: "big", text: "x".repeat(MAX_BYTES) } },
        ]),
      );
      await hooks.run(id);
      expect(hooks.receiver.received[0]?.event.data).toEqual({ id: "big", isCut: true });
    });

    test("events that are gone before it was told of them are told as a gap", async () => {
      const { id } = await hooks.add();
      await hooks.happen("send.queued", "send.sent");
      await hooks.database.sql.execute(
        sql`update tenants set events_removed_up_to = (select max(id) from events) where id = ${hooks.home.tenant.id}`,
      );
      await hooks.run(id);
      expect(hooks.types()).toEqual(["events.reset"]);
    });

    test("a trial is posted and logged, whatever it waits for", async () => {
      const { id, secret } = await hooks.add({ events: ["send.sent"] });
      const { signal } = new AbortController();
      const outcome = await testWebhook(hooks.environment, hooks.home.tenant, id, signal);
      expect(outcome).toEqual({ status: 200, error: null, tookMs: expect.any(Number) });
      const [post] = hooks.receiver.received;
      new Webhook(secret).verify(post?.body ?? "", post?.headers as Record<string, string>);
      expect(await listDeliveries(hooks.home.tenant, id, 10)).toMatchObject([
        { type: "webhook.test", eventId: null, status: 200 },
      ]);
      const other = await createHousehold(hooks.database);
      expect(await testWebhook(hooks.environment, other.tenant, id, signal)).toBeUndefined();
      expect(hooks.receiver.received).toHaveLength(1);
    });

    test("its secret lies sealed in the database, for this webhook alone", async () => {
      const { id, secret } = await hooks.add();
      const { rows } = await hooks.database.sql.execute<{ text: string }>(
        sql`select w::text || encode(secret, 'escape') as text from webhooks w where id = ${id}`,
      );
      expect(rows[0]?.text).not.toContain(secret.slice("whsec_".length));
    });
  });
}
