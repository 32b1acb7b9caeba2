import { expect, test } from "vitest";
import { ConnectionPool, MailError, type PoolKey } from "../src/index.js";

const key: PoolKey = { id: "a", host: "h:1", label: "h:a" };

function counting(): { pool: ConnectionPool<{ n: number }>; opened: () => number; closed: () => number } {
  let opened = 0;
  let closed = 0;
  const pool = new ConnectionPool<{ n: number }>(
    {
      open: async () => ({ n: ++opened }),
      isUsable: async () => true,
      close: async () => {
        closed += 1;
      },
    },
    { maxPerKey: 2 },
  );
  return { pool, opened: () => opened, closed: () => closed };
}

test("a returned connection is lent again", async () => {
  const { pool, opened } = counting();
  await pool.use(key, async (c) => expect(c.n).toBe(1));
  await pool.use(key, async (c) => expect(c.n).toBe(1));
  expect(opened()).toBe(1);
  await pool.close();
});

test("callers over the cap wait their turn in order", async () => {
  const { pool, opened } = counting();
  const order: number[] = [];
  await Promise.all([1, 2, 3, 4, 5].map((n) => pool.use(key, async () => void order.push(n))));
  expect(order).toEqual([1, 2, 3, 4, 5]);
  expect(opened()).toBeLessThanOrEqual(2);
  await pool.close();
});

test("a connection that broke is closed on return", async () => {
  const { pool, closed } = counting();
  const broken = new MailError("gone", { code: "connection", protocol: "core", connectionBroken: true });
  await expect(pool.use(key, async () => Promise.reject(broken))).rejects.toBe(broken);
  expect(closed()).toBe(1);
  expect(pool.stats(key)).toMatchObject({ open: 0, created: 1, closed: 1 });
  await pool.close();
});

test("after close every acquire is refused", async () => {
  const { pool, opened, closed } = counting();
  await pool.use(key, async () => {});
  await pool.close();
  await expect(pool.acquire(key)).rejects.toMatchObject({ code: "closed" });
  expect(closed()).toBe(opened());
});
