import { describe, expect, test } from "vitest";
import type { Lease } from "../../src/pool/contract/lease.js";
import type { PoolLimits } from "../../src/pool/contract/pool-limits.js";
import { keyOf, type TestConnection, TestConnections } from "../support/test-connections.js";

const key = keyOf("ada");

async function lend(connections: TestConnections): Promise<Lease<TestConnection>> {
  const acquiring = connections.pool.acquire(key);
  await connections.clock.advance(connections.dialMs + connections.checkMs);
  return acquiring;
}

async function withIdle(limits: PoolLimits, count = 1): Promise<TestConnections> {
  const connections = new TestConnections(limits);
  const leases: Lease<TestConnection>[] = [];
  for (let i = 0; i < count; i++) leases.push(await lend(connections));
  for (const lease of leases) await lease.release();
  return connections;
}

describe("an idle connection", () => {
  test("is closed after the idle time, by one timer for all", async () => {
    const { clock, pool, closed } = await withIdle({ idleTimeoutMs: 60_000, maxPerKey: 3 }, 3);
    expect(clock.pending).toBe(1);
    await clock.advance(59_000);
    expect(closed).toHaveLength(0);
    await clock.advance(1_000);
    expect(closed).toHaveLength(3);
    expect(pool.stats(key)).toMatchObject({ open: 0, idle: 0, closed: 3 });
    expect(clock.pending).toBe(0);
  });

  test("is closed on return when the idle time is 0", async () => {
    const { closed, open } = await withIdle({ idleTimeoutMs: 0 });
    expect(closed).toHaveLength(1);
    expect(open.size).toBe(0);
  });

  test("is lent without a check when it was used a moment ago, with one later", async () => {
    const connections = await withIdle({ checkAfterIdleMs: 30_000 });
    const { clock, pool, checked } = connections;
    await clock.advance(30_000);
    await (await pool.acquire(key)).release();
    expect(checked).toHaveLength(0);
    await clock.advance(30_001);
    await (await lend(connections)).release();
    expect(checked).toHaveLength(1);
    await pool.close();
  });

  test.each([
    ["says no", () => false],
    ["fails", () => Promise.reject(new Error("gone"))],
    ["hangs", () => new Promise<boolean>(() => {})],
  ])("is replaced without the caller's noticing when its check %s", async (_, isUsable) => {
    const connections = await withIdle({ checkAfterIdleMs: 0 });
    const { clock, pool } = connections;
    connections.isUsable = isUsable;
    await clock.advance(1);
    const acquiring = pool.acquire(key);
    await clock.advance(5_100);
    const lease = await acquiring;
    expect(lease.isReused).toBe(false);
    expect(connections.open.size).toBe(1);
    await lease.release();
    await pool.close();
  });

  test("leaves the pool as soon as the server hangs up", async () => {
    const { open, pool, clock } = await withIdle({});
    for (const connection of open) connection.drop();
    await clock.advance(0);
    expect(open.size).toBe(0);
    expect(pool.stats(key)).toMatchObject({ open: 0, idle: 0 });
    await pool.close();
  });

  test("with the wanted state is preferred, else the one used last", async () => {
    const { pool, open } = await withIdle({ maxPerKey: 3 }, 3);
    const [first, second, third] = [...open];
    if (first === undefined || second === undefined || third === undefined) throw new Error("three are idle");
    first.folder = "Sent";
    const prefer = (connection: TestConnection): boolean => connection.folder === "Sent";
    const wanted = await pool.acquire(key, { prefer });
    expect(wanted.connection).toBe(first);
    const last = await pool.acquire(key, { prefer });
    expect(last.connection).toBe(third);
    await wanted.release();
    await last.release();
    await pool.close();
  });

  test("I12: with something unread or in progress is never lent again", async () => {
    const connections = await withIdle({});
    const { pool, open, clock } = connections;
    for (const connection of open) connection.isClean = false;
    const lease = await lend(connections);
    expect(lease.isReused).toBe(false);
    lease.connection.isClean = false;
    await lease.release();
    await clock.advance(0);
    expect(open.size).toBe(0);
    await pool.close();
  });

  test("is kept alive by checks, taken out of the pool meanwhile, until its idle time is over", async () => {
    const connections = await withIdle({ keepAliveMs: 20_000, idleTimeoutMs: 70_000, maxPerKey: 1 });
    const { clock, pool, checked, closed } = connections;
    connections.checkMs = 1_000;
    await clock.advance(20_000);
    expect(checked).toHaveLength(1);
    let isLent = false;
    const lease = pool.acquire(key).then((lent) => {
      isLent = true;
      return lent;
    });
    await clock.advance(999);
    expect(isLent).toBe(false);
    await clock.advance(1);
    await (await lease).release();
    await clock.advance(69_999);
    expect(checked).toHaveLength(4);
    expect(closed).toHaveLength(0);
    await clock.advance(20_000);
    expect(closed).toHaveLength(1);
    await pool.close();
  });

  test("past its age is not lent; one in use is not cut and ends on return", async () => {
    const connections = await withIdle({ maxAgeMs: 100_000, idleTimeoutMs: 1e9, checkAfterIdleMs: 1e9 });
    const { clock, pool, closed } = connections;
    await clock.advance(90_000);
    const lease = await pool.acquire(key);
    expect(lease.isReused).toBe(true);
    await clock.advance(20_000);
    expect(closed).toHaveLength(0);
    await lease.release();
    expect(closed).toHaveLength(1);
    const fresh = await lend(connections);
    expect(fresh.isReused).toBe(false);
    await fresh.release();
    await pool.close();
  });

  test("ends after its last use", async () => {
    const connections = new TestConnections({ maxUses: 2 });
    const uses = [await lend(connections)];
    await uses[0]?.release();
    uses.push(await lend(connections));
    await uses[1]?.release();
    expect(connections.closed).toHaveLength(1);
    await connections.pool.close();
  });
});

test("I8: ages are spread by up to 2.5 %, so that connections do not all end at once", async () => {
  const numbers = [0, 0.5, 0.999];
  const connections = new TestConnections(
    { maxPerKey: 3, maxAgeMs: 100_000, idleTimeoutMs: 1e9, checkAfterIdleMs: 1e9 },
    { random: () => numbers.shift() ?? 0 },
  );
  const { clock, pool } = connections;
  connections.dialMs = 0;
  const leases = [await lend(connections), await lend(connections), await lend(connections)];
  await clock.advance(98_000 - clock.now());
  for (const lease of leases) await lease.release();
  expect(connections.closed).toHaveLength(1);
  const late = await Promise.all([pool.acquire(key), pool.acquire(key)]);
  await clock.advance(1_000);
  for (const lease of late) await lease.release();
  expect(connections.closed).toHaveLength(2);
  await pool.close();
});
