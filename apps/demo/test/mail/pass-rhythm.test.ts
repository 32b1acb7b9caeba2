import { expect, test } from "vitest";
import { PassRhythm } from "../../src/mail/sync/pass-rhythm.js";

/** Accounts that one process took in the same moment. */
const rhythms = Array.from({ length: 1_500 }, () => new PassRhythm());

function countEach(values: readonly number[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

test("passes of accounts that are held since the same moment come at any time, and then as far apart", () => {
  const first = countEach(rhythms.map((rhythm) => rhythm.nextLooks()));
  expect([...first.keys()].sort((a, b) => a - b)).toEqual(
    Array.from({ length: 15 }, (_, index) => index + 1),
  );
  // A hundred each.
  expect(Math.max(...first.values())).toBeLessThan(200);
  expect(countEach(rhythms.map((rhythm) => rhythm.nextLooks()))).toEqual(new Map([[15, rhythms.length]]));
});

test("pauses differ, and are as long as they should be on average", () => {
  const pauses = rhythms.map((rhythm) => rhythm.pauseMs(1_000));
  expect(Math.min(...pauses)).toBeGreaterThanOrEqual(800);
  expect(Math.max(...pauses)).toBeLessThanOrEqual(1_200);
  const mean = pauses.reduce((sum, pause) => sum + pause, 0) / pauses.length;
  expect(Math.abs(mean - 1_000)).toBeLessThan(30);
  expect(new Set(pauses).size).toBeGreaterThan(1_000);
});
