import { describe, expect, test } from "vitest";
import { RateLimiter } from "../../src/rate/rate-limiter.js";
import { FakeClock, settle } from "../support/fake-clock.js";

async function grantTimes(
  clock: FakeClock,
  limiter: RateLimiter,
  counts: readonly number[],
): Promise<number[]> {
  const times: number[] = [];
  const all = Promise.all(counts.map((count) => limiter.take(count).then(() => times.push(clock.now()))));
  await clock.advance(100_000);
  await all;
  return times;
}

function worstWindow(times: readonly number[], intervalMs: number): number {
  return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + intervalMs).length));
}

describe("a rate limiter", () => {
  test("lets the whole limit through at once and the rest an interval later", async () => {
    const clock = new FakeClock();
    const times = await grantTimes(
      clock,
      new RateLimiter({ limit: 3, intervalMs: 1_000 }, clock),
      [1, 1, 1, 1, 1],
    );
    expect(times).toEqual([0, 0, 0, 1_000, 1_000]);
  });

  test("never exceeds its limit in any span of the interval, wherever it begins", async () => {
    const clock = new FakeClock();
    const limiter = new RateLimiter({ limit: 4, intervalMs: 1_000 }, clock);
    const times: number[] = [];
    const takes: Promise<unknown>[] = [];
    for (let i = 0; i < 60; i++) {
      takes.push(limiter.take().then(() => times.push(clock.now())));
      await clock.advance((i * 37) % 300);
    }
    await clock.advance(60_000);
    await Promise.all(takes);
    expect(worstWindow(times, 1_000)).toBe(4);
    expect(times).toHaveLength(60);
  });

  test("spaces evenly what exceeds the burst", async () => {
    const clock = new FakeClock();
    const limiter = new RateLimiter({ limit: 10, intervalMs: 1_000, burst: 2 }, clock);
    const times = await grantTimes(clock, limiter, [1, 1, 1, 1, 1]);
    expect(times).toEqual([0, 0, 100, 200, 300]);
  });

  test("counts what one call takes, and serves a big one before the small ones behind it", async () => {
    const clock = new FakeClock();
    const limiter = new RateLimiter({ limit: 10, intervalMs: 1_000 }, clock);
    const times = await grantTimes(clock, limiter, [6, 6, 1]);
    expect(times).toEqual([0, 1_000, 1_000]);
  });

  test("lets an aborted caller leave at once and serves the one behind it", async () => {
    const clock = new FakeClock();
    const limiter = new RateLimiter({ limit: 5, intervalMs: 1_000 }, clock);
    await limiter.take(4);
    const controller = new AbortController();
    const big = limiter.take(5, { signal: controller.signal });
    const small = limiter.take(1);
    controller.abort();
    await expect(big).rejects.toMatchObject({ code: "aborted", phase: "rate-limit" });
    await small;
    expect(clock.now()).toBe(0);
    expect(clock.pending).toBe(0);
  });

  test("refuses an aborted signal and a count that never fits", async () => {
    const limiter = new RateLimiter({ limit: 5, intervalMs: 1_000 }, new FakeClock());
    await expect(limiter.take(1, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "aborted" });
    await expect(limiter.take(6)).rejects.toMatchObject({ code: "invalid-argument" });
  });

  test("pauses and halves its limit when told to slow down, and recovers by doubling", async () => {
    const clock = new FakeClock();
    const limiter = new RateLimiter({ limit: 8, intervalMs: 1_000 }, clock);
    limiter.slowDown({ pauseMs: 5_000, factor: 4 });
    expect(limiter.currentLimit).toBe(2);
    let isThrough = false;
    const take = limiter.take().then(() => {
      isThrough = true;
    });
    await clock.advance(4_999);
    expect(isThrough).toBe(false);
    await clock.advance(1);
    await take;
    expect(limiter.currentLimit).toBe(2);
    await clock.advance(1_000);
    expect(limiter.currentLimit).toBe(4);
    await clock.advance(1_000);
    expect(limiter.currentLimit).toBe(8);
  });

  test("a take larger than the slowed limit still passes once the interval is free", async () => {
    const clock = new FakeClock();
    const limiter = new RateLimiter({ limit: 100, intervalMs: 1_000 }, clock);
    limiter.slowDown({ factor: 50 });
    const times = await grantTimes(clock, limiter, [80, 80]);
    expect(times).toHaveLength(2);
    expect(times[1]).toBeGreaterThanOrEqual(1_000);
  });

  test("without a limit sets no timer and lets everything pass", async () => {
    const clock = new FakeClock();
    const limiter = new RateLimiter({ limit: Number.POSITIVE_INFINITY, intervalMs: 1 }, clock);
    await Promise.all(Array.from({ length: 1_000 }, () => limiter.take()));
    expect(clock.pending).toBe(0);
  });

  test("holds no timer once nobody waits", async () => {
    const clock = new FakeClock();
    const limiter = new RateLimiter({ limit: 1, intervalMs: 1_000 }, clock);
    await limiter.take();
    const second = limiter.take();
    await settle();
    expect(clock.pending).toBe(1);
    expect(limiter.waiting).toBe(1);
    await clock.advance(1_000);
    await second;
    expect(clock.pending).toBe(0);
  });

  test.each([
    { limit: 0, intervalMs: 1 },
    { limit: 1, intervalMs: 0 },
    { limit: Number.NaN, intervalMs: 1 },
  ])("refuses the rate %o", (rate) => {
    expect(() => new RateLimiter(rate)).toThrow(/must be at least 1/);
  });
});
