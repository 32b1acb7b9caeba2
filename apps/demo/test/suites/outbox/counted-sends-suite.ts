import { until } from "@mailwright/suite";
import { sql } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import type { Database } from "../../../src/db/open-database.js";
import { beginInTime } from "../../../src/mail/outbox/begin-in-time.js";
import {
  ClaimLostError,
  claimOutbox,
  lapseClaim,
  listDue,
  type OutboxClaim,
} from "../../../src/store/outbox/claims.js";
import { beginAttempt, settleAttempt } from "../../../src/store/outbox/ledger.js";
import { findOutboxMessage } from "../../../src/store/outbox/outbox.js";
import type { SendRates } from "../../../src/store/outbox/send-rates.js";
import { createHousehold, type Household } from "../fixture.js";
import { outboxFixture, TO } from "./outbox-fixture.js";

const INTERVAL_MS = 60_000;
const SLACK_MS = 1_000;
const DOUBT_MS = 600_000;
const TWO: SendRates = { messages: { limit: 2, intervalMs: INTERVAL_MS } };

/** What counts under the rate of an account, and for how long, on every database. */
export function countedSendsSuite(open: () => Database): void {
  describe("counted sends", () => {
    const { inside, queue, outcome, silence } = outboxFixture(open);
    const accepted = outcome("accepted", ["accepted", "accepted", "accepted"]);

    /** A household with so many messages in line, which the test moves through time. */
    async function start(count: number, rates: SendRates = TWO) {
      const home: Household = await createHousehold(open());
      const { tenant, account } = home;
      const ids: string[] = [];
      for (let made = 0; made < count; made += 1) ids.push((await queue({ home })).id);
      const ask = (index: number): Promise<OutboxClaim | undefined> =>
        inside(tenant, (own) => claimOutbox(own, ids[index] ?? "", "one", { ratesOf: () => rates }));
      const claim = async (index: number): Promise<OutboxClaim> => {
        const taken = await ask(index);
        if (taken === undefined) throw new Error(`Message ${index} was refused`);
        return taken;
      };
      const begin = (taken: OutboxClaim) => inside(tenant, (own) => beginAttempt(own, taken, new Date()));
      const settle = (taken: OutboxClaim, what = accepted) =>
        inside(tenant, (own) => settleAttempt(own, taken, what));
      const pass = async (ms: number): Promise<void> => {
        const earlier = (column: string) => sql`(
          select coalesce(jsonb_agg(jsonb_build_array((grant_ ->> 0)::bigint - ${ms}::bigint,
            (grant_ ->> 1)::bigint - ${ms}::bigint, grant_ -> 2)), '[]')
          from jsonb_array_elements(${sql.identifier(column)}) as grant_)`;
        await open().sql.execute(sql`
          update send_rates set messages = ${earlier("messages")}, recipients = ${earlier("recipients")},
            blocked_until = blocked_until - make_interval(secs => ${ms / 1_000}::double precision)
          where account_id = ${account.id}`);
      };
      return { tenant, ids, ask, claim, begin, settle, pass };
    }

    test("a message counts while it is under way, however long, and an interval from then on", async () => {
      const { tenant, ids, ask, claim, begin, settle, pass } = await start(4);
      const first = await claim(0);
      await begin(first);
      await begin(await claim(1));
      expect(await ask(2)).toBeUndefined();
      const listed = async () =>
        (await listDue(open().sql, 500)).filter(({ tenantId }) => tenantId === tenant.id);
      expect(await listed()).toEqual([]);
      await pass(10 * INTERVAL_MS);
      expect(await listed()).toHaveLength(2);
      // Both are under way still.
      expect(await ask(2)).toBeUndefined();
      await settle(first);
      await pass(INTERVAL_MS - 10_000);
      expect(await ask(2)).toBeUndefined();
      await pass(10_000 + SLACK_MS);
      await claim(2);
      expect(await ask(3)).toBeUndefined();
      expect((await findOutboxMessage(tenant, ids[3] ?? ""))?.state).toBe("queued");
    });

    test("of many who ask at once no more are granted than there is room for", async () => {
      const { ask } = await start(8);
      const asked = await Promise.all(Array.from({ length: 8 }, (_, index) => ask(index)));
      expect(asked.filter((taken) => taken !== undefined)).toHaveLength(2);
    });

    test("what never left is given back at once, by who claimed it or for one who fell silent", async () => {
      const { tenant, ids, ask, claim, settle } = await start(4);
      const first = await claim(0);
      await claim(1);
      expect(await ask(2)).toBeUndefined();
      await settle(first, outcome("not-sent", ["not-sent", "not-sent", "not-sent"]));
      await claim(2);
      expect(await ask(3)).toBeUndefined();
      await silence(ids[1] ?? "");
      await inside(tenant, (own) => lapseClaim(own, ids[1] ?? ""));
      await claim(3);
    });

    test("what is in doubt counts as long as it may still arrive, and an interval from then on", async () => {
      const { tenant, ids, ask, claim, begin, pass } = await start(3);
      await begin(await claim(0));
      await begin(await claim(1));
      await silence(ids[0] ?? "");
      await inside(tenant, (own) => lapseClaim(own, ids[0] ?? ""));
      expect(await findOutboxMessage(tenant, ids[0] ?? "")).toMatchObject({ state: "unknown" });
      await pass(DOUBT_MS + INTERVAL_MS - 10_000);
      expect(await ask(2)).toBeUndefined();
      await pass(10_000 + SLACK_MS);
      await claim(2);
    });

    test("recipients count as well, where those have a rate", async () => {
      const limit = 2 * TO.length + 1;
      const { ask, claim, begin, settle, pass } = await start(4, {
        recipients: { limit, intervalMs: INTERVAL_MS },
      });
      const first = await claim(0);
      await begin(first);
      await settle(first);
      await begin(await claim(1));
      expect(await ask(2)).toBeUndefined();
      await pass(INTERVAL_MS + SLACK_MS);
      await claim(2);
      expect(await ask(3)).toBeUndefined();
    });

    test("a process that stood still at the beginning asks for its claim anew, and sends nothing where it is lost", async () => {
      const { tenant, claim } = await start(2);
      const times = [0, 29_999, 0, 30_000, 30_000, 59_999].map((ms) => new Date(ms));
      const now = (): Date => times.shift() ?? new Date(Number.NaN);
      const [quick, slow] = [await claim(0), await claim(1)];
      await beginInTime({ database: open(), now }, tenant, quick, new Date());
      expect(times).toHaveLength(4);
      await beginInTime({ database: open(), now }, tenant, slow, new Date());
      expect(times).toEqual([]);
      // For this one it is never soon enough, until somebody takes its holder for dead.
      const dead = await start(1);
      const [id = ""] = dead.ids;
      const late = { ...(await dead.claim(0)), seconds: 0 };
      const begun = beginInTime({ database: open(), now: () => new Date(0) }, dead.tenant, late, new Date());
      const lost = expect(begun).rejects.toThrow(ClaimLostError);
      await until(
        async () =>
          (await open().sql.execute(sql`select 1 from outbox where id = ${id} and begun`)).rows.length,
      );
      await until(async () => {
        await silence(id);
        await inside(dead.tenant, (own) => lapseClaim(own, id));
        return (await findOutboxMessage(dead.tenant, id))?.state === "unknown";
      });
      await lost;
    });
  });
}
