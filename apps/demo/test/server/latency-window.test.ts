import { expect, test } from "vitest";
import { LatencyWindow } from "../../src/server/figures/latency-window.js";

const MINUTE_MS = 60_000;
const start = Date.UTC(2026, 0, 1);

test("the median and what one in twenty exceeds lie within a factor of two of the truth", () => {
  const window = new LatencyWindow();
  for (let ms = 1; ms <= 1_000; ms += 1) window.add(ms, start);
  const [slice] = LatencyWindow.read([window], start);
  expect(slice).toMatchObject({ at: new Date(start).toISOString(), count: 1_000 });
  expect(slice?.p50Ms).toBeGreaterThan(450);
  expect(slice?.p50Ms).toBeLessThan(550);
  expect(slice?.p95Ms).toBeGreaterThan(900);
  expect(slice?.p95Ms).toBeLessThan(1_024);
});

test("windows are read together, slice by slice, and what is older than an hour is gone", () => {
  const [one, other] = [new LatencyWindow(), new LatencyWindow()];
  for (let minute = 0; minute < 120; minute += 1) one.add(10, start + minute * MINUTE_MS);
  other.add(20_000, start + 119 * MINUTE_MS);
  const slices = LatencyWindow.read([one, other], start + 119 * MINUTE_MS);
  expect(slices).toHaveLength(30);
  expect(slices.at(-1)).toMatchObject({ count: 3 });
  expect(slices.slice(0, -1).every(({ count }) => count === 2)).toBe(true);
  expect(slices.at(-1)?.p95Ms).toBeGreaterThan(10_000);
  expect(LatencyWindow.read([one, other], start + 300 * MINUTE_MS)).toEqual([]);
});
