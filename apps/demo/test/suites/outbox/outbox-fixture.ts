import { sql } from "drizzle-orm";
import { inTransaction } from "../../../src/db/in-transaction.js";
import type { Database } from "../../../src/db/open-database.js";
import { claimOutbox, type OutboxClaim } from "../../../src/store/outbox/claims.js";
import type { AttemptOutcome } from "../../../src/store/outbox/ledger.js";
import { addToOutbox, findOutboxMessage } from "../../../src/store/outbox/outbox.js";
import type { Tenant } from "../../../src/store/tenant.js";
import { createHousehold, type Household, within } from "../fixture.js";

/** Whom the messages are to. */
export const TO = ["bob@example.test", "carol@example.test", "dan@example.test"] as const;
let keys = 0;

/** Messages of households of their own in the outbox, and what may happen to them. */
export function outboxFixture(open: () => Database) {
  const inside = <T>(tenant: Tenant, task: (own: Tenant) => Promise<T>): Promise<T> =>
    inTransaction(open(), (tx) => task(within(tenant, tx)));

  async function queue(
    given: { readonly sendAt?: Date; readonly key?: string; readonly home?: Household } = {},
  ) {
    const home = given.home ?? (await createHousehold(open()));
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

  return { inside, queue, claim, outcome, makeDue, silence, minutesToNextTry, statuses };
}
