import { EventEmitter, once } from "node:events";
import { until } from "@mailwright/suite";
import { sql } from "drizzle-orm";
import { afterAll, expect, test } from "vitest";
import { inTransaction } from "../../src/db/in-transaction.js";
import { openDatabase } from "../../src/db/open-database.js";
import { claimLease, requireLease } from "../../src/store/leases.js";
import { createHousehold, within } from "../suites/fixture.js";
import { startPostgresql } from "../suites/start-postgresql.js";

const server = await startPostgresql();

afterAll(() => server?.stop());

test.skipIf(server === undefined)(
  "a holder that stands still inside of a transaction does not keep others from its account, and writes nothing",
  async () => {
    const url = (await server?.createDatabase()) ?? "";
    await using stalled = await openDatabase({ url, stalledAfterMs: 300 });
    await using other = await openDatabase({ url });
    const { tenant, account } = await createHousehold(stalled);
    const lease = await claimLease(tenant, account.id, "stalled");
    if (lease === undefined) throw new Error("The account was not free");
    const gate = new EventEmitter();
    const isLocked = once(gate, "locked");
    const ended = inTransaction(stalled, async (tx) => {
      await requireLease(within(tenant, tx), lease);
      const isWoken = once(gate, "woken");
      gate.emit("locked");
      await isWoken;
      await tx.execute(sql`update accounts set name = 'stale' where id = ${account.id}`);
    }).then(
      () => "written",
      () => "void",
    );
    await isLocked;
    const take = sql`select 1 from leases where account_id = ${account.id} for update skip locked`;
    expect((await other.sql.execute(take)).rows).toEqual([]);
    await until(async () => (await other.sql.execute(take)).rows.length > 0);
    gate.emit("woken");
    expect(await ended).toBe("void");
    // The pool has another connection for the next.
    const { rows } = await stalled.sql.execute(sql`select name from accounts where id = ${account.id}`);
    expect(rows).toEqual([{ name: "Ada" }]);
  },
);
