import { seededRandom } from "@mailwright/suite";
import { expect, test } from "vitest";
import type { Grant } from "../../../src/db/schema/outbox.js";
import { askRate } from "../../../src/store/outbox/rate-window.js";

const rate = { limit: 30, intervalMs: 60_000 };

test("so many are granted at once, the next when the first are over", () => {
  let grants: readonly Grant[] = [];
  for (let index = 0; index < rate.limit; index += 1) {
    const asked = askRate(rate, grants, 1, 1_000 + index);
    if ("readyAt" in asked) throw new Error("It was refused");
    ({ grants } = asked);
  }
  expect(grants).toEqual([[1_000, 1_029, 30]]);
  expect(askRate(rate, grants, 1, 2_000)).toEqual({ readyAt: 61_029 });
  expect(askRate(rate, grants, 1, 61_028)).toEqual({ readyAt: 61_029 });
  expect(askRate(rate, grants, 1, 61_029)).toEqual({ grants: [[61_029, 61_029, 1]] });
});

test("more than is ever allowed at once waits until nothing else is counted, and is not kept for ever", () => {
  const asked = askRate(rate, [], 100, 0);
  expect(asked).toEqual({ grants: [[0, 0, 100]] });
  expect(askRate(rate, [[0, 0, 1]], 100, 5)).toEqual({ readyAt: 60_000 });
});

test.each([1, 2, 3, 4, 5])(
  "no interval has more than the limit, and a queue gets nearly all of it (seed %i)",
  (seed) => {
    const random = seededRandom(seed);
    const granted: { at: number; count: number }[] = [];
    let grants: readonly Grant[] = [];
    let now = 0;
    while (granted.length < 400) {
      const count = 1 + Math.floor(random() * 3);
      const asked = askRate(rate, grants, count, now);
      if ("readyAt" in asked) {
        expect(asked.readyAt).toBeGreaterThan(now);
        now = asked.readyAt;
      } else {
        ({ grants } = asked);
        granted.push({ at: now, count });
        expect(grants.length).toBeLessThanOrEqual(60);
        now += Math.floor(random() * 500);
      }
    }
    for (const { at: from } of granted) {
      const within = granted.filter(({ at }) => at >= from && at < from + rate.intervalMs);
      expect(within.reduce((sum, { count }) => sum + count, 0)).toBeLessThanOrEqual(rate.limit);
    }
    const all = granted.reduce((sum, { count }) => sum + count, 0);
    expect(all / (now / rate.intervalMs)).toBeGreaterThan(0.85 * rate.limit);
  },
);
