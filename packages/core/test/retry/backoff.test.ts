import { expect, test } from "vitest";
import { exponentialBackoff, fixedBackoff } from "../../src/retry/backoff.js";

test("the bound of an exponential back-off doubles up to its maximum", () => {
  const backoff = exponentialBackoff({ baseMs: 100, maxMs: 1_000 });
  expect([1, 2, 3, 4, 5, 50].map((attempt) => backoff(attempt, () => 1))).toEqual([
    100, 200, 400, 800, 1_000, 1_000,
  ]);
});

test("an exponential back-off has full jitter: any wait from nothing to the bound", () => {
  const backoff = exponentialBackoff({ baseMs: 100, factor: 3, maxMs: 10_000 });
  expect([0, 0.25, 0.5].map((random) => backoff(3, () => random))).toEqual([0, 225, 450]);
});

test("a fixed back-off repeats its last entry", () => {
  const backoff = fixedBackoff([1_000, 5_000, 30_000]);
  expect([1, 2, 3, 4, 9].map((attempt) => backoff(attempt, Math.random))).toEqual([
    1_000, 5_000, 30_000, 30_000, 30_000,
  ]);
  expect(fixedBackoff([])(1, Math.random)).toBe(0);
});
