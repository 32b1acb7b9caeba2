import { measureGrowth } from "@mailwright/suite";
import { describe, expect, test } from "vitest";
import { keyOf, TestConnections } from "../support/test-connections.js";

const pause = (connections: TestConnections, ms: number): Promise<void> =>
  new Promise((resolve) => connections.clock.schedule(ms, resolve));

/** One connection for each account, a hundred at a time. */
async function serve(accounts: number): Promise<void> {
  const connections = new TestConnections({ maxTotal: 100, acquireTimeoutMs: 1e9, maxWaiting: 20_000 });
  const { pool, clock } = connections;
  let served = 0;
  const tasks = Array.from({ length: accounts }, (_, user) =>
    pool.use(keyOf(`${user}`), async () => {
      served += 1;
    }),
  );
  while (served < accounts) await clock.advance(10);
  await Promise.all(tasks);
  expect(connections.peak).toBe(100);
  expect(pool.stats()).toMatchObject({ created: accounts, waiting: 0 });
  await pool.close();
  expect(connections.open.size).toBe(0);
}

describe("one pool for many accounts", () => {
  test("ten thousand accounts share a hundred connections, and everyone is served", async () => {
    await serve(10_000);
  });

  test("an account costs the same, be there five hundred or two thousand", async () => {
    const growth = await measureGrowth((accounts) => () => serve(accounts), [500, 2_000], { bar: 2 });
    expect(growth.ratio, growth.told).toBeLessThan(2);
  });

  test("accounts under the total cap take turns, whoever of them came first", async () => {
    const connections = new TestConnections({ maxTotal: 2, maxPerKey: 2 });
    const { pool, clock } = connections;
    const order: number[] = [];
    const tasks: Promise<void>[] = [];
    for (const [number, user] of [..."aaaabbccabcabc"].entries()) {
      const task = async (): Promise<void> => {
        order.push(number);
        await pause(connections, 50);
      };
      tasks.push(pool.use(keyOf(user), task));
      await clock.advance(1);
    }
    await clock.advance(10_000);
    await Promise.all(tasks);
    for (const [place, number] of order.entries())
      expect(Math.abs(place - number), `${order}`).toBeLessThanOrEqual(3);
    expect(connections.peak).toBe(2);
    await pool.close();
  });

  test("a busy account does not starve one that waits for a place", async () => {
    const connections = new TestConnections({ maxTotal: 1 });
    const { pool, clock } = connections;
    let isOver = false;
    let rounds = 0;
    const busy = async (): Promise<void> => {
      while (!isOver) {
        await pool.use(keyOf("busy"), () => pause(connections, 20));
        rounds += 1;
      }
    };
    const loops = [busy(), busy(), busy()];
    await clock.advance(200);
    const before = rounds;
    const quiet = pool.use(keyOf("quiet"), async () => rounds);
    await clock.advance(500);
    expect((await quiet) - before).toBeLessThanOrEqual(4);
    isOver = true;
    await clock.advance(500);
    await Promise.all(loops);
    await pool.close();
  });

  test("makes room by closing the connection that was idle for longest", async () => {
    const connections = new TestConnections({ maxTotal: 2 });
    const { pool, clock } = connections;
    for (const user of ["old", "young", "new"]) {
      const using = pool.use(keyOf(user), async () => {});
      await clock.advance(100);
      await using;
    }
    expect(connections.closed).toEqual([`${keyOf("old").label}#1`]);
    expect(pool.stats()).toMatchObject({ idle: 2, created: 3 });
    await pool.close();
  });

  test("forgets accounts that have had no connection for long, but not their part in the sums", async () => {
    const connections = new TestConnections({ idleTimeoutMs: 0 });
    const { pool, clock } = connections;
    connections.dialMs = 0;
    for (let user = 0; user < 3_000; user += 100) {
      const using = Array.from({ length: 100 }, (_, n) => pool.use(keyOf(`${user + n}`), async () => {}));
      await clock.advance(1);
      await Promise.all(using);
    }
    expect(pool.stats()).toMatchObject({ created: 3_000, closed: 3_000 });
    expect(pool.stats(keyOf("2999"))).toMatchObject({ created: 1 });
    expect(pool.stats(keyOf("0"))).toMatchObject({ created: 0, effectiveCap: 3 });
    await pool.close();
  });
});

test("callers over maxWaiting are refused at once; who is being served does not count", async () => {
  const connections = new TestConnections({ maxPerKey: 1, maxWaiting: 2 });
  const { pool, clock } = connections;
  const key = keyOf("ada");
  const opening = pool.acquire(key);
  await clock.advance(100);
  const lease = await opening;
  const waiting = [pool.acquire(key), pool.acquire(key)];
  await expect(pool.acquire(key)).rejects.toMatchObject({ code: "limit", retryable: true });
  expect(pool.stats(key)).toMatchObject({ waiting: 2 });
  await lease.release();
  for (const next of waiting) await (await next).release();
  await pool.close();
  const strict = new TestConnections({ maxWaiting: 0 });
  const first = strict.pool.use(key, async () => "served");
  await strict.clock.advance(100);
  expect(await first).toBe("served");
  await strict.pool.close();
});
