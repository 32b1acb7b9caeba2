import { describe, expect, test } from "vitest";
import { keyOf, refusal, TestConnections } from "../support/test-connections.js";

const key = keyOf("ada");

describe("an account whose login is refused", () => {
  test("is tried once, however many callers there are, and then left alone for 30 s", async () => {
    const connections = new TestConnections({ maxPerKey: 5 });
    const { pool, clock } = connections;
    const wrong = refusal("authentication");
    connections.refuse = () => wrong;
    const callers = Array.from({ length: 10 }, () => pool.acquire(key).catch((error: unknown) => error));
    await clock.advance(100);
    expect(await Promise.all(callers)).toEqual(Array(10).fill(wrong));
    await clock.advance(29_000);
    await expect(pool.acquire(key)).rejects.toBe(wrong);
    expect(connections.dials).toHaveLength(1);
    connections.refuse = () => undefined;
    await clock.advance(1_000);
    const lease = pool.acquire(key);
    await clock.advance(100);
    await (await lease).release();
    expect(connections.dials).toHaveLength(2);
    await pool.close();
  });

  test("may try again at once after clear(), with a new password say", async () => {
    const connections = new TestConnections();
    const { pool, clock } = connections;
    connections.refuse = () => refusal("authentication");
    const refused = pool.acquire(key).catch(() => "refused");
    await clock.advance(100);
    expect(await refused).toBe("refused");
    connections.refuse = () => undefined;
    await pool.clear(key);
    const lease = pool.acquire(key);
    await clock.advance(100);
    await (await lease).release();
    await pool.close();
  });

  test("keeps the connections that it has: they are lent on", async () => {
    const connections = new TestConnections({ maxPerKey: 2 });
    const { pool, clock } = connections;
    const opening = pool.acquire(key);
    await clock.advance(100);
    const lease = await opening;
    connections.refuse = () => refusal("authentication");
    const second = pool.use(key, async (connection) => connection.id);
    await clock.advance(20_000);
    expect(connections.dials).toHaveLength(2);
    await lease.release();
    expect(await second).toBe(lease.connectionId);
    await pool.close();
  });

  test.each(["authentication", "rejected", "tls"] as const)(
    "I10: serves everyone on the connections that work when %s ends each further dial",
    async (code) => {
      const connections = new TestConnections({ maxPerKey: 5 });
      const { pool, clock } = connections;
      connections.refuse = (_, open) => (open >= 2 ? refusal(code) : undefined);
      const ids = new Set<string>();
      const tasks = Array.from({ length: 100 }, () =>
        pool.use(key, async ({ id }) => {
          ids.add(id);
          await new Promise<void>((resolve) => clock.schedule(20, resolve));
        }),
      );
      await clock.advance(2_000);
      await Promise.all(tasks);
      expect(ids.size).toBe(2);
      expect(connections.dials.length).toBeLessThanOrEqual(5);
      expect(pool.stats(key)).toMatchObject({ effectiveCap: 2, waiting: 0 });
      await pool.close();
    },
  );

  test("fails who waits as soon as the last connection that works is gone", async () => {
    const connections = new TestConnections({ maxPerKey: 2 });
    const { pool, clock } = connections;
    const opening = pool.acquire(key);
    await clock.advance(100);
    const lease = await opening;
    const wrong = refusal("authentication");
    connections.refuse = () => wrong;
    const waiting = pool.acquire(key).catch((error: unknown) => error);
    await clock.advance(100);
    lease.markBroken();
    await lease.release();
    await clock.advance(0);
    expect(await waiting).toBe(wrong);
    expect(connections.dials).toHaveLength(2);
    await pool.close();
  });

  test("is told from credentials that could not be had: those are asked for again at once", async () => {
    const connections = new TestConnections();
    const { pool, clock } = connections;
    connections.refuse = () => refusal("authentication", { phase: "credentials" });
    for (let i = 0; i < 3; i++) {
      const refused = pool.acquire(key).catch(() => "refused");
      await clock.advance(100);
      expect(await refused).toBe("refused");
    }
    expect(connections.dials).toHaveLength(3);
    await pool.close();
  });
});

test("until an account's first login has succeeded, one is tried at a time; then they open side by side", async () => {
  const connections = new TestConnections({ maxPerKey: 4 });
  const { pool, clock } = connections;
  const leases = Promise.all([1, 2, 3, 4].map(() => pool.acquire(key)));
  await clock.advance(100);
  for (const lease of await leases) await lease.release();
  expect(connections.dials.map(({ at }) => at)).toEqual([0, 10, 10, 10]);
  await pool.close();
});

test.each(["tls", "forbidden", "dns", "invalid-argument"] as const)(
  "I9: callers fail fast when %s forbids any connection, and leave nothing",
  async (code) => {
    const connections = new TestConnections();
    const { pool, clock } = connections;
    const error = refusal(code);
    connections.refuse = () => error;
    const callers = [1, 2, 3].map(() => pool.acquire(key).catch((thrown: unknown) => thrown));
    await clock.advance(10);
    expect(await Promise.all(callers)).toEqual([error, error, error]);
    expect(pool.stats(key)).toMatchObject({ failed: 1, open: 0, waiting: 0 });
    expect(clock.pending).toBe(0);
  },
);
