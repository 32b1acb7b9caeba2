import { sql } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import type { Database } from "../../../src/db/open-database.js";
import { latestEventId, readEvents } from "../../../src/store/events.js";
import {
  cancelOutbox,
  claimCheck,
  listToCheck,
  planNextCheck,
  resolveOutbox,
  retryOutbox,
  setSentCopy,
} from "../../../src/store/outbox/changes.js";
import {
  ClaimLostError,
  claimOutbox,
  endAllClaims,
  lapseClaim,
  listDue,
  listLapsed,
  renewClaim,
} from "../../../src/store/outbox/claims.js";
import { OutboxStepError } from "../../../src/store/outbox/entry.js";
import { beginAttempt, settleAttempt } from "../../../src/store/outbox/ledger.js";
import { findOutboxMessage } from "../../../src/store/outbox/outbox.js";

import { outboxFixture, TO } from "./outbox-fixture.js";

/** One holder at a time has a message of the outbox, on every database. */
export function claimSuite(open: () => Database): void {
  describe("claims of the outbox", () => {
    const { inside, queue, claim, outcome, makeDue, silence, statuses } = outboxFixture(open);

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
