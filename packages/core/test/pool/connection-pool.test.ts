import { describe, expect, test } from "vitest";
import { MailError } from "../../src/errors/mail-error.js";
import { ConnectionPool } from "../../src/pool/connection-pool.js";
import { keyOf, refusal, TestConnections } from "../support/test-connections.js";

const key = keyOf("ada");

describe("a connection pool", () => {
  test("lends a returned connection again", async () => {
    const { pool, clock } = new TestConnections();
    const first = pool.use(key, async ({ id }, lease) => [id, lease.isReused]);
    await clock.advance(10);
    expect(await first).toEqual([`${key.label}#1`, false]);
    expect(await pool.use(key, async ({ id }, lease) => [id, lease.isReused])).toEqual([
      `${key.label}#1`,
      true,
    ]);
    expect(pool.stats(key)).toMatchObject({ created: 1, reused: 1, idle: 1, open: 1 });
    await pool.close();
  });

  test("I1: never lends a connection to two holders", async () => {
    const { pool, clock } = new TestConnections({ maxPerKey: 3 });
    const held = new Set<string>();
    const task = async ({ id }: { id: string }): Promise<void> => {
      expect(held.has(id)).toBe(false);
      held.add(id);
      await new Promise<void>((resolve) => clock.schedule(5, resolve));
      held.delete(id);
    };
    const tasks = Promise.all(Array.from({ length: 50 }, () => pool.use(key, task)));
    await clock.advance(1_000);
    await tasks;
    await pool.close();
  });

  test("I2: keeps what is open, opening and closing within both caps", async () => {
    const connections = new TestConnections({ maxPerKey: 2, maxTotal: 3, maxUses: 1 });
    const { pool, clock } = connections;
    connections.closeMs = 30;
    const tasks = Promise.all(
      Array.from({ length: 30 }, (_, n) => pool.use(keyOf(`${n % 4}`), async () => {})),
    );
    await clock.advance(5_000);
    await tasks;
    expect(connections.peak).toBe(3);
    expect(pool.stats()).toMatchObject({ created: 30, closed: 30 });
    await pool.close();
  });

  test("I3: serves callers in the order in which they came; one that aborts leaves at once", async () => {
    const { pool, clock } = new TestConnections({ maxPerKey: 1 });
    const order: number[] = [];
    const controller = new AbortController();
    const tasks = [1, 2, 3, 4].map((number) =>
      pool
        .use(key, async () => void order.push(number), number === 2 ? { signal: controller.signal } : {})
        .catch((error: MailError) => error.code),
    );
    controller.abort();
    expect(await tasks[1]).toBe("aborted");
    expect(pool.stats(key).waiting).toBe(3);
    await clock.advance(100);
    await Promise.all(tasks);
    expect(order).toEqual([1, 3, 4]);
    await pool.close();
  });

  test("I4: answers every caller by its deadline, whether the pool's or its own", async () => {
    const { pool, clock } = new TestConnections({ maxPerKey: 1, acquireTimeoutMs: 1_000 });
    const opening = pool.acquire(key);
    await clock.advance(10);
    const lease = await opening;
    const settled: [string, number][] = [];
    const limits = { own: 300, longer: 5_000, pool: undefined, never: Number.POSITIVE_INFINITY };
    for (const [name, timeoutMs] of Object.entries(limits)) {
      pool.acquire(key, { timeoutMs }).catch((error: MailError) => {
        settled.push([`${name} ${error.code} ${error.phase}`, clock.now() - 10]);
      });
      await clock.advance(0);
    }
    await clock.advance(100_000);
    expect(settled).toEqual([
      ["own timeout acquire", 300],
      ["pool timeout acquire", 1_000],
      ["longer timeout acquire", 5_000],
    ]);
    await lease.release();
    await pool.close({ graceMs: 0 });
    expect(clock.pending).toBe(0);
  });

  test("I7: closes a connection on return when the task broke it, and only then", async () => {
    const connections = new TestConnections();
    const { pool, clock, closed } = connections;
    const fail = (error: unknown): Promise<void> => {
      const using = expect(pool.use(key, () => Promise.reject(error))).rejects.toBe(error);
      return Promise.all([using, clock.advance(10)]).then(() => {});
    };
    await fail(refusal("not-found"));
    await fail(new TypeError("a mistake of the caller's"));
    expect(closed).toHaveLength(0);
    await fail(refusal("timeout", { connectionBroken: true }));
    expect(closed).toEqual([`${key.label}#1`]);
    await pool.close();
  });

  test("works with the system's clock and chance when given none", async () => {
    const pool = new ConnectionPool({
      open: async () => 1,
      isUsable: async () => true,
      close: async () => {},
    });
    expect(await pool.use(key, async (connection) => connection)).toBe(1);
    await pool.close();
    await expect(pool.acquire(key)).rejects.toMatchObject({ code: "closed" });
  });

  test("refuses a caller whose signal has fired, with its reason", async () => {
    const { pool } = new TestConnections();
    const reason = new MailError("the whole call took too long", { code: "timeout", protocol: "imap" });
    await expect(pool.acquire(key, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(pool.stats(key)).toMatchObject({ opening: 0, waiting: 0 });
  });

  test("has figures of one account and of all", async () => {
    const { pool, clock } = new TestConnections({ maxPerKey: 2 });
    const using = ["a", "a", "b"].map((user) => pool.acquire(keyOf(user)));
    await clock.advance(100);
    const leases = await Promise.all(using);
    await leases[0]?.release();
    expect(pool.stats(keyOf("a"))).toEqual({
      open: 2,
      opening: 0,
      closing: 0,
      idle: 1,
      leased: 1,
      waiting: 0,
      created: 2,
      reused: 0,
      closed: 0,
      failed: 0,
      effectiveCap: 2,
    });
    expect(pool.stats()).toMatchObject({ open: 3, idle: 1, leased: 2, created: 3 });
    expect(pool.stats(keyOf("nobody"))).toMatchObject({ open: 0, effectiveCap: 2 });
    for (const lease of leases) await lease.release();
    await pool.close();
  });
});
