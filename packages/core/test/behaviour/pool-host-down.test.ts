import { describe, expect, test } from "vitest";
import { keyOf, refusal, TestConnections } from "../support/test-connections.js";

describe("a host that is down", () => {
  test("I9: is tried by one dial at a time for all its accounts, and all share the outcome", async () => {
    const connections = new TestConnections({}, { random: () => 1 });
    const { pool, clock } = connections;
    let isDown = true;
    connections.refuse = () => (isDown ? refusal("connection", { phase: "connect" }) : undefined);
    const ask = (user: number): Promise<string> =>
      pool.use(keyOf(`${user}`), async () => "served").catch((error: { code: string }) => error.code);
    const first = ask(0);
    await clock.advance(10);
    expect(await first).toBe("connection");
    const everyone = Array.from({ length: 200 }, (_, user) => ask(user));
    await clock.advance(499);
    expect(connections.dials).toHaveLength(1);
    await clock.advance(11);
    expect(new Set(await Promise.all(everyone))).toEqual(new Set(["connection"]));
    expect(connections.dials).toHaveLength(2);
    isDown = false;
    const again = Array.from({ length: 200 }, (_, user) => ask(user));
    await clock.advance(999);
    expect(connections.dials).toHaveLength(2);
    await clock.advance(100);
    expect(new Set(await Promise.all(again))).toEqual(new Set(["served"]));
    expect(connections.dials.length).toBe(2 + 200);
    await pool.close();
  });

  test("does not hold back the accounts of another", async () => {
    const connections = new TestConnections();
    const { pool, clock } = connections;
    connections.refuse = ({ host }) =>
      host === "down:1" ? refusal("connection", { phase: "connect" }) : undefined;
    const down = pool.acquire(keyOf("a", "down:1")).catch(() => "down");
    await clock.advance(20);
    const up = pool.use(keyOf("a", "up:1"), async () => "up");
    await clock.advance(20);
    expect([await down, await up]).toEqual(["down", "up"]);
    await pool.close();
  });

  test("is tried by the next when the one who tried has given up", async () => {
    const connections = new TestConnections({}, { random: () => 1 });
    const { pool, clock } = connections;
    let isDown = true;
    connections.refuse = () => (isDown ? refusal("connection", { phase: "connect" }) : undefined);
    const failed = pool.acquire(keyOf("0")).catch(() => "down");
    await clock.advance(10);
    expect(await failed).toBe("down");
    isDown = false;
    connections.dialMs = 1_000;
    const controller = new AbortController();
    const prober = pool.acquire(keyOf("1"), { signal: controller.signal }).catch(() => "gave up");
    const other = pool.use(keyOf("2"), async () => "served");
    await clock.advance(600);
    expect(connections.dials).toHaveLength(2);
    controller.abort();
    expect(await prober).toBe("gave up");
    await clock.advance(1_100);
    expect(await other).toBe("served");
    await pool.close();
  });

  test("is not what a refused login of one account says: others dial on", async () => {
    const connections = new TestConnections({}, { random: () => 1 });
    const { pool, clock } = connections;
    connections.refuse = ({ id }) =>
      id === keyOf("a").id ? refusal("connection", { phase: "auth", retryable: true }) : undefined;
    const refused = pool.acquire(keyOf("a")).catch(() => "refused");
    await clock.advance(10);
    const other = pool.use(keyOf("b"), async () => "served");
    await clock.advance(10);
    const later = pool.use(keyOf("c"), async () => "served");
    await clock.advance(10);
    expect([await refused, await other, await later]).toEqual(["refused", "served", "served"]);
    await pool.close();
  });

  test("is told to others without the name of the account that tried it", async () => {
    const connections = new TestConnections({}, { random: () => 1 });
    const { pool, clock } = connections;
    const { label } = keyOf("a");
    connections.refuse = () => refusal("connection", { phase: "connect", connectionId: `${label}#1` });
    const dialed = pool.acquire(keyOf("a")).catch((error: unknown) => error);
    await clock.advance(10);
    const [first, second] = ["a", "b"].map((user) => pool.acquire(keyOf(user)).catch((error) => error));
    await clock.advance(2_000);
    expect(await dialed).toMatchObject({ connectionId: `${label}#1` });
    expect(await first).toMatchObject({ connectionId: `${label}#1` });
    expect(await second).toMatchObject({ code: "connection", phase: "connect" });
    expect(JSON.stringify(await second)).not.toContain(label);
    await pool.close();
  });

  test("fails nobody who has a working connection of the same account to wait for", async () => {
    const connections = new TestConnections({ maxPerKey: 2 });
    const { pool, clock } = connections;
    const key = keyOf("ada");
    const opening = pool.acquire(key);
    await clock.advance(10);
    const lease = await opening;
    connections.refuse = () => refusal("connection", { phase: "connect" });
    const waiting = pool.use(key, async (connection) => connection.id);
    await clock.advance(5_000);
    expect(pool.stats(key)).toMatchObject({ waiting: 1 });
    await lease.release();
    expect(await waiting).toBe(lease.connectionId);
    await pool.close();
  });
});
