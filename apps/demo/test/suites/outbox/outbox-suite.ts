import { describe, expect, test } from "vitest";
import type { Database } from "../../../src/db/open-database.js";
import { showSent } from "../../../src/server/show-sent.js";
import { cancelOutbox, reopenOutbox, resolveOutbox, retryOutbox } from "../../../src/store/outbox/changes.js";
import { claimOutbox, lapseClaim, listDue } from "../../../src/store/outbox/claims.js";
import { OutboxStepError } from "../../../src/store/outbox/entry.js";
import { beginAttempt, settleAttempt } from "../../../src/store/outbox/ledger.js";
import {
  addToOutbox,
  findByKey,
  findOutboxMessage,
  listOutbox,
  readRendered,
} from "../../../src/store/outbox/outbox.js";
import { noteReturn } from "../../../src/store/outbox/returns.js";
import { createHousehold } from "../fixture.js";
import { outboxFixture } from "./outbox-fixture.js";

/** What the outbox must do on every database. */
export function outboxSuite(open: () => Database): void {
  describe("the outbox", () => {
    const { inside, queue, claim, outcome, makeDue, silence, minutesToNextTry, statuses } =
      outboxFixture(open);

    test("a key puts one message in, however often and however many at once", async () => {
      const { tenant, message, id } = await queue();
      const again = await Promise.all(
        Array.from({ length: 5 }, () => inside(tenant, (own) => addToOutbox(own, message))),
      );
      expect(again).toEqual(Array(5).fill(undefined));
      expect((await findByKey(tenant, message.idempotencyKey))?.id).toBe(id);
      expect((await listOutbox(tenant, {}, { limit: 10 })).items).toHaveLength(1);
      const other = await createHousehold(open());
      expect(await findByKey(other.tenant, message.idempotencyKey)).toBeUndefined();
      expect(await findOutboxMessage(other.tenant, id)).toBeUndefined();
      expect(await readRendered(tenant, id)).toEqual(message.rendered);
      expect(await readRendered(other.tenant, id)).toBeUndefined();
    });

    test("is listed newest first, page by page, by account and by state", async () => {
      const first = await queue();
      for (const index of [2, 3])
        await inside(first.tenant, (own) =>
          addToOutbox(own, { ...first.message, idempotencyKey: `${first.message.idempotencyKey}/${index}` }),
        );
      const page = await listOutbox(first.tenant, { account: first.account.id }, { limit: 2 });
      const rest = await listOutbox(first.tenant, {}, { limit: 2, before: page.next });
      const ids = [...page.items, ...rest.items].map(({ id }) => id);
      expect(ids).toEqual([...ids].sort().reverse());
      expect([ids.length, ids.at(-1), rest.next]).toEqual([3, first.id, undefined]);
      expect((await listOutbox(first.tenant, { state: "sending" }, { limit: 2 })).items).toEqual([]);
    });

    test("a message of later is not due before its time, and then in line", async () => {
      const { tenant, id } = await queue({ sendAt: new Date(Date.now() + 3_600_000) });
      expect((await findOutboxMessage(tenant, id))?.state).toBe("scheduled");
      expect(await listDue(open().sql, 100)).not.toContainEqual({ tenantId: tenant.id, id });
      expect(await inside(tenant, (own) => claimOutbox(own, id, "one"))).toBeUndefined();
      await makeDue(id);
      expect(await listDue(open().sql, 100)).toContainEqual({ tenantId: tenant.id, id });
      expect(await claim(tenant, id)).toMatchObject({ epoch: 1 });
    });

    test("who cannot have it is tried again after the plan's minutes; whoever has it is out of it", async () => {
      const { tenant, id } = await queue();
      for (const [attempt, minutes] of [1, 5, 15].entries()) {
        await makeDue(id);
        const taken = await claim(tenant, id);
        expect(taken.attempt).toBe(attempt + 1);
        await inside(tenant, (own) =>
          settleAttempt(
            own,
            taken,
            outcome("deferred", ["deferred", "deferred", "rejected"], { retryable: true }),
          ),
        );
        expect(await minutesToNextTry(id)).toBe(minutes);
      }
      await inside(tenant, (own) => retryOutbox(own, id));
      const last = await claim(tenant, id);
      await inside(tenant, (own) =>
        settleAttempt(own, last, outcome("partial", ["accepted", "deferred", "rejected"])),
      );
      expect(await minutesToNextTry(id)).toBe(60);
      expect(await statuses(tenant, id)).toEqual(["accepted", "deferred", "rejected"]);
      await expect(inside(tenant, (own) => cancelOutbox(own, id))).rejects.toThrow(OutboxStepError);
      await makeDue(id);
      const gone = await claim(tenant, id);
      await silence(id);
      await inside(tenant, (own) => lapseClaim(own, gone.id));
      expect((await findOutboxMessage(tenant, id))?.state).toBe("queued");
      // Somebody has it, though it is in line again.
      for (const takeBack of [cancelOutbox, reopenOutbox])
        await expect(inside(tenant, (own): Promise<unknown> => takeBack(own, id))).rejects.toThrow(
          OutboxStepError,
        );
      const dying = await claim(tenant, id);
      await inside(tenant, (own) => beginAttempt(own, dying, new Date()));
      await silence(id);
      await inside(tenant, (own) => lapseClaim(own, id));
      expect(await statuses(tenant, id)).toEqual(["accepted", "unknown", "rejected"]);
    });

    test("what will not go better is not tried again by itself, but on a person's word", async () => {
      const { tenant, id } = await queue();
      const taken = await claim(tenant, id);
      const failed = outcome("not-sent", ["not-sent", "not-sent", "not-sent"], { phase: "auth" });
      await inside(tenant, (own) => settleAttempt(own, taken, failed));
      expect(await minutesToNextTry(id)).toBeNull();
      await inside(tenant, (own) => retryOutbox(own, id));
      expect(await claim(tenant, id)).toMatchObject({ attempt: 2 });
    });

    test("is taken back while nobody has it", async () => {
      const { tenant, id } = await queue();
      expect(await showSent(tenant, id)).toMatchObject({ canRetry: true, canCancel: true });
      const taken = await inside(tenant, (own) => cancelOutbox(own, id));
      expect(taken).toMatchObject({ state: "draft", nextTryAt: null });
      expect(await showSent(tenant, id)).toMatchObject({ canRetry: false, canCancel: false });
      expect(await listDue(open().sql, 100)).not.toContainEqual({ tenantId: tenant.id, id });
      const other = await queue();
      expect(await inside(tenant, (own) => cancelOutbox(own, other.id))).toBeUndefined();
      await claim(other.tenant, other.id);
      await expect(inside(other.tenant, (own) => cancelOutbox(own, other.id))).rejects.toThrow(
        OutboxStepError,
      );
    });

    test("tells from how many it came back, and not who complained", async () => {
      const { tenant, id, message } = await queue();
      const taken = await claim(tenant, id);
      const accepted = outcome("accepted", ["accepted", "accepted", "accepted"]);
      await inside(tenant, (own) => settleAttempt(own, taken, accepted));
      const told = async () => {
        const { items } = await listOutbox(tenant, {}, { limit: 1 });
        return [items[0]?.bounced, (await showSent(tenant, id)).bounced];
      };
      expect(await told()).toEqual([0, 0]);
      const { messageId } = message;
      const [bob, carol] = message.envelope.recipients;
      for (const [kind, address] of [["bounce", bob] as const, ["complaint", carol] as const]) {
        const from = { addresses: [address], enhancedCode: null, text: null };
        const returned = { kind, messageId, envelopeId: undefined, recipients: [from], text: null };
        await inside(tenant, (own) => noteReturn(own, returned));
      }
      expect(await told()).toEqual([1, 1]);
    });

    test.each([
      ["sent-folder", true, "accepted", "server"],
      ["person", true, "accepted", "due"],
      ["person", false, "not-sent", "none"],
    ] as const)("a doubt is ended by %s (delivered: %s)", async (by, isDelivered, status, sentCopy) => {
      const { tenant, id } = await queue();
      const taken = await claim(tenant, id);
      await inside(tenant, (own) =>
        settleAttempt(
          own,
          taken,
          outcome("unknown", ["unknown", "rejected", "unknown"], { retryable: true }),
        ),
      );
      expect(await minutesToNextTry(id)).toBeNull();
      await inside(tenant, (own) => resolveOutbox(own, id, by, isDelivered));
      expect(await findOutboxMessage(tenant, id)).toMatchObject({
        state: "resolved",
        resolvedBy: by,
        sentCopy,
      });
      expect(await statuses(tenant, id)).toEqual([status, "rejected", status]);
      await expect(inside(tenant, (own) => resolveOutbox(own, id, by, isDelivered))).rejects.toThrow(
        OutboxStepError,
      );
      const again = inside(tenant, (own) => retryOutbox(own, id));
      if (isDelivered) await expect(again).rejects.toThrow(OutboxStepError);
      else {
        await again;
        expect(await claim(tenant, id)).toMatchObject({ attempt: 2 });
      }
    });
  });
}
