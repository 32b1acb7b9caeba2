import { sql } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { inTransaction } from "../../src/db/in-transaction.js";
import type { Database } from "../../src/db/open-database.js";
import { latestEventId, readEvents } from "../../src/store/events.js";
import {
  cancelOutbox,
  claimCheck,
  listToCheck,
  planNextCheck,
  resolveOutbox,
  retryOutbox,
  setSentCopy,
} from "../../src/store/outbox/changes.js";
import {
  ClaimLostError,
  claimOutbox,
  endAllClaims,
  lapseClaim,
  listDue,
  listLapsed,
  type OutboxClaim,
  renewClaim,
} from "../../src/store/outbox/claims.js";
import { OutboxStepError } from "../../src/store/outbox/entry.js";
import { type AttemptOutcome, beginAttempt, settleAttempt } from "../../src/store/outbox/ledger.js";
import {
  addToOutbox,
  findByKey,
  findOutboxMessage,
  listOutbox,
  readRendered,
} from "../../src/store/outbox/outbox.js";
import type { Tenant } from "../../src/store/tenant.js";
import { createHousehold, within } from "./fixture.js";

const TO = ["bob@example.test", "carol@example.test", "dan@example.test"] as const;
let keys = 0;

/** What the outbox must do on every database. */
export function outboxSuite(open: () => Database): void {
  describe("the outbox", () => {
    const inside = <T>(tenant: Tenant, task: (own: Tenant) => Promise<T>): Promise<T> =>
      inTransaction(open(), (tx) => task(within(tenant, tx)));

    async function queue(given: { readonly sendAt?: Date; readonly key?: string } = {}) {
      const home = await createHousehold(open());
      keys += 1;
      const message = {
        accountId: home.account.id,
        idempotencyKey: given.key ?? `key ${keys}`,
        requestHash: "hash",
        messageId: `<${keys}@example.test>`,
        subject: "Minutes",
        rendered: Buffer.from("Subject: Minutes\r\n\r\nWe met.\r\n"),
        envelope: { from: "ada@example.test", recipients: TO, bcc: [], date: new Date(0).toISOString() },
        sendAt: given.sendAt,
      };
      const added = await inside(home.tenant, (own) => addToOutbox(own, message));
      if (added === undefined) throw new Error("It was there already");
      return { ...home, id: added.id, message };
    }

    const claim = async (tenant: Tenant, id: string, holder = "one"): Promise<OutboxClaim> => {
      const taken = await inside(tenant, (own) => claimOutbox(own, id, holder));
      if (taken === undefined) throw new Error("It was not claimed");
      return taken;
    };
    const outcome = (
      status: AttemptOutcome["status"],
      statuses: readonly AttemptOutcome["recipients"][number]["status"][],
      more: Partial<AttemptOutcome> = {},
    ): AttemptOutcome => ({
      status,
      recipients: statuses.map((one, index) => ({
        address: TO[index] ?? "",
        status: one,
        code: "250",
        enhancedCode: "2.0.0",
        text: "said the server",
      })),
      phase: "done",
      startedAt: new Date(),
      retryable: false,
      needsSentCopy: true,
      ...more,
    });
    const makeDue = (id: string) =>
      open().sql.execute(sql`update outbox set next_try_at = now() - interval '1 s' where id = ${id}`);
    const silence = (id: string) =>
      open().sql.execute(sql`update outbox set lease_until = now() - interval '1 s' where id = ${id}`);
    const minutesToNextTry = async (id: string): Promise<number | null> => {
      const { rows } = await open().sql.execute<{ minutes: string | null }>(
        sql`select round(extract(epoch from next_try_at - now()) / 60) as minutes from outbox where id = ${id}`,
      );
      return rows[0]?.minutes == null ? null : Number(rows[0].minutes);
    };
    const statuses = async (tenant: Tenant, id: string) =>
      (await findOutboxMessage(tenant, id))?.recipients.map(({ status }) => status);

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

    test("of many who want a message one gets it; its steps are told in their order", async () => {
      const { tenant, id } = await queue();
      const before = (await latestEventId(tenant)) - 1;
      const claims = await Promise.all(
        ["one", "two", "three"].map((holder) => inside(tenant, (own) => claimOutbox(own, id, holder))),
      );
      const [won, ...others] = claims.filter((taken) => taken !== undefined);
      expect(others).toEqual([]);
      if (won === undefined) throw new Error("Nobody got it");
      expect(won).toMatchObject({ epoch: 1, attempt: 1 });
      await inside(tenant, (own) => beginAttempt(own, won, new Date()));
      expect(await findOutboxMessage(tenant, id)).toMatchObject({
        state: "sending",
        attempts: [{ attempt: 1, phase: "begun", finishedAt: null }],
      });
      await inside(tenant, (own) =>
        settleAttempt(own, won, outcome("accepted", ["accepted", "accepted", "accepted"])),
      );
      expect(await findOutboxMessage(tenant, id)).toMatchObject({
        state: "accepted",
        nextTryAt: null,
        sentCopy: "due",
        recipients: TO.map((address) => ({
          address,
          status: "accepted",
          code: "250",
          text: "said the server",
        })),
        attempts: [{ attempt: 1, phase: "done", finishedAt: expect.any(Date) }],
      });
      const page = await readEvents(tenant, before);
      const told = page.isGone ? [] : page.events.filter(({ type }) => type.startsWith("send."));
      expect(told.map(({ type }) => type)).toEqual(["send.queued", "send.sending", "send.sent"]);
      expect(told.at(-1)?.data).toMatchObject({ id, state: "accepted", attempt: 1 });
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

    test("what was not begun when its holder fell silent is in line again, and that holder begins nothing", async () => {
      const { tenant, id } = await queue();
      const old = await claim(tenant, id, "stalled");
      await inside(tenant, (own) => lapseClaim(own, id));
      expect((await findOutboxMessage(tenant, id))?.state).toBe("sending");
      await silence(id);
      expect(await listLapsed(open().sql)).toContainEqual({ tenantId: tenant.id, id });
      await inside(tenant, (own) => lapseClaim(own, id));
      expect((await findOutboxMessage(tenant, id))?.state).toBe("queued");
      const begin = inside(tenant, (own) => beginAttempt(own, old, new Date()));
      await expect(begin).rejects.toThrow(ClaimLostError);
      const next = await claim(tenant, id, "other");
      expect(next.epoch).toBeGreaterThan(old.epoch);
      await expect(inside(tenant, (own) => beginAttempt(own, old, new Date()))).rejects.toThrow(
        ClaimLostError,
      );
      expect(await renewClaim(tenant, old)).toBe(false);
      expect(await renewClaim(tenant, next)).toBe(true);
    });

    test("what was begun when its holder fell silent is in doubt: nobody sends it, and the holder writes nothing", async () => {
      const { tenant, id } = await queue();
      const old = await claim(tenant, id, "stalled");
      await inside(tenant, (own) => beginAttempt(own, old, new Date()));
      await silence(id);
      await inside(tenant, (own) => lapseClaim(own, id));
      expect(await findOutboxMessage(tenant, id)).toMatchObject({ state: "unknown", nextTryAt: null });
      expect(await statuses(tenant, id)).toEqual(["unknown", "unknown", "unknown"]);
      const late = settleAttempt(tenant, old, outcome("accepted", ["accepted", "accepted", "accepted"]));
      await expect(late).rejects.toThrow(ClaimLostError);
      await makeDue(id);
      expect(await listDue(open().sql, 100)).not.toContainEqual({ tenantId: tenant.id, id });
      expect(await inside(tenant, (own) => claimOutbox(own, id, "other"))).toBeUndefined();
      await expect(inside(tenant, (own) => retryOutbox(own, id))).rejects.toThrow(OutboxStepError);
      await expect(inside(tenant, (own) => cancelOutbox(own, id))).rejects.toThrow(OutboxStepError);
    });

    test("a program that knows to be the only one ends what another was killed in", async () => {
      const { tenant, id } = await queue();
      await claim(tenant, id);
      await endAllClaims(open().sql);
      expect(await listLapsed(open().sql)).toContainEqual({ tenantId: tenant.id, id });
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
      await expect(inside(tenant, (own) => cancelOutbox(own, id))).rejects.toThrow(OutboxStepError);
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
      expect(await inside(tenant, (own) => cancelOutbox(own, id))).toMatchObject({ state: "draft" });
      expect(await listDue(open().sql, 100)).not.toContainEqual({ tenantId: tenant.id, id });
      const other = await queue();
      expect(await inside(tenant, (own) => cancelOutbox(own, other.id))).toBeUndefined();
      await claim(other.tenant, other.id);
      await expect(inside(other.tenant, (own) => cancelOutbox(own, other.id))).rejects.toThrow(
        OutboxStepError,
      );
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

    test("the Sent folder is looked into by one at a time, later and later, until there is an answer", async () => {
      const { tenant, id } = await queue();
      const taken = await claim(tenant, id);
      await inside(tenant, (own) =>
        settleAttempt(own, taken, outcome("unknown", ["unknown", "unknown", "unknown"])),
      );
      const isListed = async () => (await listToCheck(open().sql, 100)).some((one) => one.id === id);
      const comeDue = () =>
        open().sql.execute(sql`update outbox set check_at = now() where id = ${id} and check_at is not null`);
      expect(await isListed()).toBe(false);
      for (let look = 1; look <= 6; look += 1) {
        await comeDue();
        expect(await isListed()).toBe(true);
        const looking = await Promise.all([claimCheck(tenant, id), claimCheck(tenant, id)]);
        const [row, ...others] = looking.filter((one) => one !== undefined);
        expect([row?.checks, others]).toEqual([look, []]);
        if (row !== undefined) expect(await planNextCheck(tenant, row)).toBe(look < 6);
      }
      await comeDue();
      expect(await isListed()).toBe(false);
      await inside(tenant, (own) => resolveOutbox(own, id, "person", true));
      await comeDue();
      expect(await isListed()).toBe(true);
      await setSentCopy(tenant, id, "appended");
      expect(await isListed()).toBe(false);
    });
  });
}
