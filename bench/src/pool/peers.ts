import { ConnectionPool, type PoolKey } from "@mailwright/core";
import genericPool from "generic-pool";
import { Pool as TarnPool } from "tarn";

/** A pool of ten things, reduced to what all peers can do. */
export interface PoolPeer {
  readonly name: string;
  /** Lends, lets the task run, takes back. */
  readonly use: (task: () => Promise<void>) => Promise<void>;
  readonly close: () => Promise<void>;
}

interface Thing {
  readonly number: number;
}

export const SIZE = 10;
const WAIT_MS = 30_000;
let last = 0;

/** Ours, with everything on: deadlines, order, diagnostics, counts. */
export function mailwrightPool(): PoolPeer {
  const key: PoolKey = { id: "account", host: "localhost:1", label: "localhost:account" };
  const pool = new ConnectionPool<Thing>(
    { open: async () => ({ number: ++last }), isUsable: async () => true, close: async () => {} },
    { maxPerKey: SIZE, maxWaiting: Number.POSITIVE_INFINITY, acquireTimeoutMs: WAIT_MS },
  );
  const use = async (task: () => Promise<void>): Promise<void> => {
    const lease = await pool.acquire(key);
    try {
      await task();
    } finally {
      await lease.release();
    }
  };
  return { name: "mailwright", use, close: () => pool.close() };
}

export function tarn(): PoolPeer {
  const pool = new TarnPool<Thing>({
    create: async () => ({ number: ++last }),
    destroy: () => {},
    min: 0,
    max: SIZE,
    acquireTimeoutMillis: WAIT_MS,
  });
  const use = async (task: () => Promise<void>): Promise<void> => {
    const thing = await pool.acquire().promise;
    try {
      await task();
    } finally {
      pool.release(thing);
    }
  };
  const close = async (): Promise<void> => {
    await pool.destroy();
  };
  return { name: "tarn", use, close };
}

export function generic(): PoolPeer {
  const factory = { create: async () => ({ number: ++last }), destroy: async () => {} };
  const pool = genericPool.createPool<Thing>(factory, { max: SIZE, acquireTimeoutMillis: WAIT_MS });
  const use = async (task: () => Promise<void>): Promise<void> => {
    const thing = await pool.acquire();
    try {
      await task();
    } finally {
      await pool.release(thing);
    }
  };
  const close = async (): Promise<void> => {
    await pool.drain();
    await pool.clear();
  };
  return { name: "generic-pool", use, close };
}
