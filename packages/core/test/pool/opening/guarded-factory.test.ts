import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { expect, test } from "vitest";
import { ConnectionPool } from "../../../src/pool/connection-pool.js";
import { keyOf, refusal } from "../../support/test-connections.js";

test("every connection is announced once when it opens, or could not, and once when it closes", async () => {
  const heard: unknown[] = [];
  const listeners = (["open", "close"] as const).map((name) => {
    const listen = (message: unknown): void => void heard.push([name, message]);
    subscribe(`mailwright:connection:${name}`, listen);
    return () => unsubscribe(`mailwright:connection:${name}`, listen);
  });
  const error = refusal("tls");
  let isRefused = false;
  const pool = new ConnectionPool({
    protocol: "pop3",
    open: async () => (isRefused ? Promise.reject(error) : 1),
    isUsable: async () => true,
    close: async () => {},
  });
  const key = keyOf("ada");
  await pool.use(key, async (_, lease) => lease.markBroken());
  isRefused = true;
  await expect(pool.acquire(key)).rejects.toBe(error);
  await pool.close();
  for (const stop of listeners) stop();
  const [first, second] = [`${key.label}#1`, `${key.label}#2`];
  expect(heard).toMatchObject([
    ["open", { protocol: "pop3", connectionId: first, durationMs: expect.any(Number) }],
    ["close", { protocol: "pop3", connectionId: first, reason: "spent" }],
    ["open", { connectionId: second, error }],
  ]);
});
