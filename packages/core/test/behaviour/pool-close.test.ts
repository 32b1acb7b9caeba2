import { getEventListeners } from "node:events";
import { describe, expect, test } from "vitest";
import { ConnectionPool } from "../../src/pool/connection-pool.js";
import { settle } from "../support/fake-clock.js";
import { keyOf, refusal, TestConnections } from "../support/test-connections.js";

const key = keyOf("ada");

async function lend(
  connections: TestConnections,
): Promise<Awaited<ReturnType<TestConnections["pool"]["acquire"]>>> {
  const acquiring = connections.pool.acquire(key);
  await connections.clock.advance(100);
  return acquiring;
}

describe("closing a pool", () => {
  test("I5: refuses who comes and who waits, aborts what is being opened, and leaves nothing", async () => {
    const connections = new TestConnections({ maxPerKey: 1, warnAfterLeasedMs: 1_000, keepAliveMs: 1_000 });
    const { pool, clock } = connections;
    const { signal } = new AbortController();
    const waiting = [1, 2, 3].map(() => pool.acquire(key, { signal }).catch((error: unknown) => error));
    await clock.advance(5);
    expect(connections.dialing).toBe(1);
    await pool.close();
    for (const refused of await Promise.all(waiting)) expect(refused).toMatchObject({ code: "closed" });
    await expect(pool.acquire(key)).rejects.toMatchObject({ code: "closed" });
    expect(pool.stats()).toMatchObject({ open: 0, opening: 0, waiting: 0, created: 0 });
    expect([clock.pending, connections.open.size]).toEqual([0, 0]);
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
  });

  test("waits for lent connections to come back, within the grace", async () => {
    const connections = new TestConnections();
    const { pool, clock } = connections;
    const lease = await lend(connections);
    let isClosed = false;
    const closing = pool.close({ graceMs: 5_000 }).then(() => {
      isClosed = true;
    });
    await clock.advance(3_000);
    expect([isClosed, connections.open.size]).toEqual([false, 1]);
    await lease.release();
    await closing;
    expect([connections.open.size, clock.pending]).toEqual([0, 0]);
  });

  test("takes them away when the grace is over; their return then does nothing", async () => {
    const connections = new TestConnections();
    const { pool, clock } = connections;
    const lease = await lend(connections);
    const closing = pool.close({ graceMs: 5_000 });
    await clock.advance(4_999);
    expect(connections.closed).toHaveLength(0);
    await clock.advance(1);
    await closing;
    expect(connections.closed).toHaveLength(1);
    await lease.release();
    expect(connections.closed).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  test("ends a check that is under way", async () => {
    const connections = new TestConnections({ checkAfterIdleMs: 0 });
    const { pool, clock } = connections;
    await (await lend(connections)).release();
    connections.isUsable = () => new Promise<boolean>(() => {});
    await clock.advance(1);
    const waiting = pool.acquire(key).catch((error: unknown) => error);
    await clock.advance(10);
    expect(connections.checked).toHaveLength(1);
    await pool.close();
    expect(await waiting).toMatchObject({ code: "closed" });
    expect([connections.open.size, clock.pending]).toEqual([0, 0]);
  });

  test("does not hang on connections that will not close", async () => {
    const connections = new TestConnections();
    const { pool, clock } = connections;
    await (await lend(connections)).release();
    connections.closeMs = 1e9;
    connections.canBeCut = false;
    const closing = pool.close();
    await clock.advance(12_000);
    await closing;
    expect(pool.stats()).toMatchObject({ open: 0, closing: 0 });
  });

  test("cuts off those that are lent when the grace is over, and 2 s later those that say goodbye", async () => {
    const connections = new TestConnections({ maxPerKey: 2 });
    const { pool, clock } = connections;
    const idle = await lend(connections);
    const held = await lend(connections);
    await idle.release();
    connections.closeMs = 1e9;
    const closing = pool.close({ graceMs: 0 });
    await clock.advance(0);
    expect(connections.closed).toEqual([held.connectionId]);
    await clock.advance(1_999);
    expect(connections.closed).toEqual([held.connectionId]);
    await clock.advance(1);
    await closing;
    expect(connections.open.size).toBe(0);
  });

  test("I2: what takes long to close counts under the cap until it is gone", async () => {
    const connections = new TestConnections({ maxPerKey: 1, acquireTimeoutMs: 60_000 });
    const { pool, clock } = connections;
    const lease = await lend(connections);
    connections.closeMs = 7_000;
    connections.canBeCut = false;
    lease.markBroken();
    void lease.release();
    const next = pool.acquire(key);
    await clock.advance(6_999);
    expect([connections.open.size, connections.dialing]).toEqual([1, 0]);
    await clock.advance(20);
    await (await next).release();
    connections.closeMs = 0;
    await pool.close();
    expect(connections.peak).toBe(1);
  });

  test("one client that leaves takes nothing from another that shares its key", async () => {
    const connections = new TestConnections({ maxPerKey: 2 });
    const { pool, clock } = connections;
    const [leave, leaveLast] = [pool.join(key), pool.join(key)];
    await (await lend(connections)).release();
    await leave();
    await leave();
    expect(pool.stats(key)).toMatchObject({ idle: 1, closed: 0 });
    await leaveLast();
    expect(pool.stats(key)).toMatchObject({ idle: 0, closed: 1 });
    connections.refuse = () => refusal("authentication");
    for (let client = 0; client < 8; client++) {
      const leaveAgain = pool.join(key);
      const refused = pool.acquire(key).catch((error: { code: string }) => error.code);
      await clock.advance(100);
      expect(await refused).toBe("authentication");
      await leaveAgain();
    }
    expect(connections.dials).toHaveLength(2);
    await pool.close();
  });

  test("twice is the same as once, and `await using` closes", async () => {
    const connections = new TestConnections();
    await (await lend(connections)).release();
    {
      await using pool = connections.pool;
      await Promise.all([pool.close(), pool.close({ graceMs: 0 })]);
    }
    expect(connections.closed).toHaveLength(1);
  });
});

describe("a lease", () => {
  test("I6: a second release does nothing, and does not touch the next holder", async () => {
    const lines: string[] = [];
    const log = (_: object, message: string): void => void lines.push(message);
    const logger = { debug: log, info: log, warn: log, error: log };
    const connections = new TestConnections({ maxPerKey: 1 }, { logger });
    const first = await lend(connections);
    await first.release();
    const second = await lend(connections);
    expect(second.connectionId).toBe(first.connectionId);
    first.markBroken();
    await first.release();
    expect(connections.pool.stats(key)).toMatchObject({ leased: 1, idle: 0 });
    await second.release();
    expect(connections.pool.stats(key)).toMatchObject({ leased: 0, idle: 1 });
    expect(lines).toEqual(["a connection was released twice"]);
    await connections.pool.close();
  });

  test("gives its connection back at the end of an `await using` block", async () => {
    const connections = new TestConnections();
    {
      await using lease = await lend(connections);
      expect(lease.connectionId).toBe(`${key.label}#1`);
    }
    expect(connections.pool.stats(key)).toMatchObject({ leased: 0, idle: 1 });
    await connections.pool.close();
  });

  test("its release waits until a connection that is not kept is closed", async () => {
    const connections = new TestConnections();
    const { clock, pool } = connections;
    connections.closeMs = 50;
    const lease = await lend(connections);
    lease.markBroken();
    let isDone = false;
    const releasing = lease.release().then(() => {
      isDone = true;
    });
    await clock.advance(49);
    expect([isDone, pool.stats(key).closing]).toEqual([false, 1]);
    await clock.advance(1);
    await releasing;
    expect(pool.stats(key)).toMatchObject({ closing: 0, closed: 1 });
  });

  test("that is held for too long is named in a warning, with the stack of its acquire", async () => {
    const warnings: { fields: Readonly<Record<string, unknown>>; message: string }[] = [];
    const warn = (fields: Readonly<Record<string, unknown>>, message: string): void => {
      warnings.push({ fields, message });
    };
    const logger = { debug: () => {}, info: () => {}, warn, error: () => {} };
    const connections = new TestConnections({ warnAfterLeasedMs: 60_000 }, { logger });
    const { clock, pool } = connections;
    const lease = await lend(connections);
    await lease.release();
    const leaked = await pool.acquire(key);
    await clock.advance(60_000);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatchObject({ fields: { connectionId: leaked.connectionId, leasedMs: 60_000 } });
    expect(warnings[0]?.fields["stack"]).toContain("pool-close.test.ts");
    await leaked.release();
    await pool.close();
    expect(clock.pending).toBe(0);
  });
});

describe("clearing a pool", () => {
  test("closes idle connections now and lent ones on return, of one account only", async () => {
    const connections = new TestConnections({ maxPerKey: 2 });
    const { pool, clock } = connections;
    const [one, two] = await Promise.all([pool.acquire(key), pool.acquire(key), clock.advance(100)]);
    const other = pool.acquire(keyOf("eve"));
    await clock.advance(100);
    await (await other).release();
    await two.release();
    await pool.clear(key);
    expect(connections.closed).toEqual([two.connectionId]);
    await one.release();
    expect(connections.closed).toEqual([two.connectionId, one.connectionId]);
    expect(pool.stats(keyOf("eve"))).toMatchObject({ idle: 1 });
    await pool.clear();
    expect(connections.open.size).toBe(0);
    await pool.close();
  });

  test("does not keep a connection that was being opened with what was cleared away", async () => {
    const connections = new TestConnections();
    const { pool, clock } = connections;
    const opening = pool.acquire(key);
    await clock.advance(5);
    await pool.clear(key);
    await clock.advance(100);
    await (await opening).release();
    expect(connections.open.size).toBe(0);
    await pool.close();
  });
});

test("a factory that throws before its first promise fails like any other", async () => {
  const failure = new TypeError("no such option");
  const pool = new ConnectionPool<object>({
    open: () => {
      throw failure;
    },
    isUsable: async () => true,
    close: async () => {},
  });
  await expect(pool.acquire(key)).rejects.toMatchObject({ code: "connection", cause: failure });
  await settle();
  expect(pool.stats(key)).toMatchObject({ opening: 0, failed: 1 });
  await pool.close();
});

test("functions of a factory or caller that throw do not take the pool down", async () => {
  const fault = (): never => {
    throw new TypeError("a mistake");
  };
  let isFaulty = false;
  const pool = new ConnectionPool<object>({
    open: async () => ({}),
    isUsable: async () => true,
    close: fault,
    isClean: () => (isFaulty ? fault() : true),
  });
  await pool.use(key, async () => {});
  await pool.use(key, async () => {}, { prefer: fault });
  expect(pool.stats(key)).toMatchObject({ created: 1, idle: 1 });
  isFaulty = true;
  await pool.use(key, async () => {});
  expect(pool.stats(key)).toMatchObject({ created: 2, idle: 0, closed: 2 });
  await pool.close();
  let closed = 0;
  const deaf = new ConnectionPool<object>({
    open: async () => ({}),
    isUsable: async () => true,
    close: async () => {
      closed += 1;
    },
    onClosed: fault,
  });
  await expect(deaf.acquire(key)).rejects.toMatchObject({
    code: "connection",
    cause: { message: "a mistake" },
  });
  await deaf.close();
  expect(closed).toBe(1);
});

test("I5: a connection that arrives after everyone gave up on it is closed", async () => {
  const connections = new TestConnections({ acquireTimeoutMs: 1_000 });
  const { clock } = connections;
  const closed: string[] = [];
  const pool = new ConnectionPool<string>(
    {
      open: () => new Promise((resolve) => clock.schedule(1_500, () => resolve("late"))),
      isUsable: async () => true,
      close: async (connection) => void closed.push(connection),
    },
    { acquireTimeoutMs: 1_000 },
    { clock },
  );
  const acquiring = pool.acquire(key).catch((error: unknown) => error);
  await clock.advance(1_000);
  expect(await acquiring).toMatchObject({ code: "timeout", phase: "acquire" });
  expect(pool.stats(key)).toMatchObject({ opening: 1 });
  await clock.advance(500);
  expect(closed).toEqual(["late"]);
  expect(pool.stats(key)).toMatchObject({ opening: 0, open: 0 });
  await pool.close();
  expect(clock.pending).toBe(0);
});
