import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { describe, expect, test } from "vitest";
import { keyOf, refusal, TestConnections } from "../support/test-connections.js";

const key = keyOf("ada");

describe('a server that says "too many connections"', () => {
  test("lowers the account's cap; callers wait in line instead of failing", async () => {
    const connections = new TestConnections({ maxPerKey: 10 });
    const { pool, clock } = connections;
    connections.refuse = (_, open) => (open >= 4 ? refusal("throttled") : undefined);
    const caps: unknown[] = [];
    const listen = (message: unknown): void => void caps.push(message);
    subscribe("mailwright:pool:throttled", listen);
    const served: number[] = [];
    const tasks = Array.from({ length: 12 }, (_, number) =>
      pool.use(key, async () => {
        served.push(number);
        await new Promise<void>((resolve) => clock.schedule(100, resolve));
      }),
    );
    await clock.advance(1_000);
    await Promise.all(tasks);
    unsubscribe("mailwright:pool:throttled", listen);
    expect(served).toEqual([...served].sort((a, b) => a - b));
    expect(connections.open.size).toBe(4);
    expect(pool.stats(key)).toMatchObject({ effectiveCap: 4, created: 4, waiting: 0 });
    expect(caps.at(-1)).toMatchObject({ key: key.label, effectiveCap: 4 });
    await pool.close();
  });

  test("is the last failure that the pool knows of, until a connection could be opened", async () => {
    const connections = new TestConnections({ maxPerKey: 2, acquireTimeoutMs: 200_000 });
    const { pool, clock } = connections;
    const refused = refusal("throttled");
    connections.refuse = () => refused;
    const waiting = pool.acquire(key).catch((error: unknown) => error);
    expect(pool.lastFailure(key)).toBeUndefined();
    await clock.advance(100);
    expect(await waiting).toBe(refused);
    expect(pool.lastFailure(key)).toBe(refused);
    expect(pool.lastFailure(keyOf("eve"))).toBeUndefined();
    connections.refuse = () => undefined;
    const served = pool.acquire(key);
    await clock.advance(60_000);
    await (await served).release();
    expect(pool.lastFailure(key)).toBeUndefined();
    await pool.close();
  });

  test("is asked for one more a minute later, while somebody waits", async () => {
    const connections = new TestConnections({ maxPerKey: 3, acquireTimeoutMs: 200_000, maxAgeMs: 1e9 });
    const { pool, clock } = connections;
    let allowed = 1;
    connections.refuse = (_, open) => (open >= allowed ? refusal("throttled") : undefined);
    const first = await Promise.all([pool.acquire(key), clock.advance(20)]).then(([lease]) => lease);
    const second = pool.acquire(key);
    const third = pool.acquire(key);
    await clock.advance(1_000);
    expect(pool.stats(key)).toMatchObject({ effectiveCap: 1, waiting: 2, leased: 1 });
    const tried = connections.dials.length;
    await clock.advance(50_000);
    expect(connections.dials).toHaveLength(tried);
    allowed = 3;
    await clock.advance(10_000);
    const leases = [first, await second];
    expect(pool.stats(key)).toMatchObject({ effectiveCap: 2, waiting: 1, leased: 2 });
    await clock.advance(60_000);
    leases.push(await third);
    expect(pool.stats(key)).toMatchObject({ effectiveCap: 3, waiting: 0, leased: 3 });
    for (const lease of leases) await lease.release();
    await pool.close();
    expect(clock.pending).toBe(0);
  });

  test("and grants none at all is believed: one login, and all who wait have its words at once", async () => {
    const connections = new TestConnections({ acquireTimeoutMs: 30_000 });
    const { pool, clock } = connections;
    const server = { code: "421", text: "Too many connections from your address" };
    const refused = refusal("throttled", { server });
    connections.refuse = () => refused;
    const waiting = [1, 2, 3].map(() => pool.acquire(key).catch((error: unknown) => error));
    await clock.advance(100);
    expect(await Promise.all(waiting)).toEqual([refused, refused, refused]);
    expect(connections.dials).toHaveLength(1);
    await pool.close();
  });

  test("and grants none at all is left alone for a while, and asked again by whoever comes then", async () => {
    const connections = new TestConnections({ acquireTimeoutMs: 10_000 });
    const { pool, clock } = connections;
    let isFull = true;
    connections.refuse = () => (isFull ? refusal("throttled") : undefined);
    const first = pool.acquire(key).catch((error: unknown) => error);
    await clock.advance(100);
    expect(await first).toMatchObject({ code: "throttled", retryable: true });
    const hasty = pool.acquire(key, { timeoutMs: 500 }).catch((error: unknown) => error);
    const patient = pool.acquire(key);
    isFull = false;
    await clock.advance(500);
    expect(await hasty).toMatchObject({ code: "timeout", retryable: true, cause: { code: "throttled" } });
    expect(connections.dials).toHaveLength(1);
    await clock.advance(1_000);
    await (await patient).release();
    expect(connections.dials).toHaveLength(2);
    await pool.close();
  });

  test("and for how long is waited for by who has the time, with nothing open", async () => {
    const connections = new TestConnections({ acquireTimeoutMs: 30_000 });
    const { pool, clock } = connections;
    connections.refuse = () => refusal("throttled", { retryAfterMs: 10_000 });
    const waiting = pool.acquire(key);
    await clock.advance(100);
    connections.refuse = () => undefined;
    await clock.advance(9_000);
    expect(connections.dials).toHaveLength(1);
    await clock.advance(2_000);
    await (await waiting).release();
    expect(connections.dials).toHaveLength(2);
    await pool.close();
  });

  test("for one account does not hold back another", async () => {
    const connections = new TestConnections({ maxPerKey: 2 });
    const { pool, clock } = connections;
    connections.refuse = ({ id }) => (id === key.id ? refusal("throttled") : undefined);
    const stuck = pool.acquire(key).catch((error: unknown) => error);
    const other = pool.use(keyOf("eve"), async (connection) => connection.key.id);
    await clock.advance(100);
    expect(await other).toBe(keyOf("eve").id);
    await pool.close();
    expect(await stuck).toMatchObject({ code: "throttled" });
  });
});

test("who runs out of time behind a refusal is told what the server said", async () => {
  const connections = new TestConnections({ acquireTimeoutMs: 5_000, maxPerKey: 2 });
  const { pool, clock } = connections;
  const server = { code: "421", text: "Too many connections from your address" };
  connections.refuse = (_, open) => (open > 0 ? refusal("throttled", { server }) : undefined);
  const held = pool.acquire(key);
  await clock.advance(100);
  const waiting = pool.acquire(key).catch((error: unknown) => error);
  await clock.advance(5_000);
  expect(await waiting).toMatchObject({ code: "timeout", phase: "acquire", server });
  await (await held).release();
  await pool.close();
});
