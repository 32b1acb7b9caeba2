import { seededRandom } from "@mailwright/suite";
import { expect, test } from "vitest";
import type { Grant } from "../../../src/db/schema/outbox.js";
import { askRate } from "../../../src/store/outbox/rate-window.js";

const rate = { limit: 30, intervalMs: 60_000 };
const SLACK_MS = 1_000;

test("so many are granted, counting those under way, the next an interval after the end of the first", () => {
  expect(askRate(rate, { sent: [], underWay: 29 }, 1, 0)).toEqual({ sent: [] });
  expect(askRate(rate, { sent: [], underWay: 30 }, 1, 0)).toEqual({ readyAt: 1_000 });
  const sent: readonly Grant[] = [
    [2_000, 2_000, 10],
    [1_000, 1_000, 19],
  ];
  expect(askRate(rate, { sent, underWay: 1 }, 1, 2_000)).toEqual({ readyAt: 62_000 + SLACK_MS });
  const joined: readonly Grant[] = [[1_000, 2_000, 29]];
  expect(askRate(rate, { sent, underWay: 0 }, 1, 2_000)).toEqual({ sent: joined });
  expect(askRate(rate, { sent: joined, underWay: 2 }, 1, 61_999 + SLACK_MS)).toEqual({
    readyAt: 62_000 + SLACK_MS,
  });
  expect(askRate(rate, { sent: joined, underWay: 2 }, 1, 62_000 + SLACK_MS)).toEqual({ sent: [] });
});

test("more than is ever allowed at once waits until nothing else is counted, and is not kept for ever", () => {
  expect(askRate(rate, { sent: [], underWay: 0 }, 100, 0)).toEqual({ sent: [] });
  expect(askRate(rate, { sent: [[0, 0, 1]], underWay: 0 }, 100, 5)).toEqual({ readyAt: 60_000 + SLACK_MS });
});

/** A message that was granted, and what becomes of it: when its server sees it, and when its attempt ends. */
interface Flight {
  readonly count: number;
  readonly grantedAt: number;
  readonly arrivesAt: number;
  readonly endsAt: number;
}

const MESSAGES = 400;
const WORKERS = 6;

test.each([1, 2, 3, 4, 5])(
  "no interval at the server has more than the limit, whatever stands still, and a queue gets nearly all of it (seed %i)",
  (seed) => {
    const random = seededRandom(seed);
    const flights: Flight[] = [];
    let sent: readonly Grant[] = [];
    let open: Flight[] = [];
    let now = 0;
    while (flights.length < MESSAGES) {
      for (const { endsAt, count } of open.filter((each) => each.endsAt <= now))
        sent = [...sent, [endsAt, endsAt, count]];
      open = open.filter(({ endsAt }) => endsAt > now);
      const count = 1 + Math.floor(random() * 3);
      const underWay = open.reduce((sum, each) => sum + each.count, 0);
      const asked = open.length < WORKERS ? askRate(rate, { sent, underWay }, count, now) : undefined;
      if (asked !== undefined && "sent" in asked) {
        ({ sent } = asked);
        expect(sent.length).toBeLessThanOrEqual(60);
        // Most are quick; some stand still before they leave or behind that, for longer than an interval.
        const stall = random() < 0.01 ? Math.floor(random() * 90_000) : Math.floor(random() * 400);
        const arrivesAt = now + Math.floor(random() * (stall + 1));
        const flight = { count, grantedAt: now, arrivesAt, endsAt: now + stall };
        open.push(flight);
        flights.push(flight);
        now += Math.floor(random() * 300);
      } else {
        const readyAt = asked === undefined ? Number.POSITIVE_INFINITY : asked.readyAt;
        expect(readyAt).toBeGreaterThan(now);
        now = Math.min(readyAt, ...open.map(({ endsAt }) => endsAt));
      }
    }
    for (const { arrivesAt: from } of flights) {
      const within = flights.filter(({ arrivesAt: at }) => at >= from && at < from + rate.intervalMs);
      expect(within.reduce((sum, { count }) => sum + count, 0)).toBeLessThanOrEqual(rate.limit);
    }
    const all = flights.reduce((sum, { count }) => sum + count, 0);
    expect(all / (now / rate.intervalMs)).toBeGreaterThan(0.85 * rate.limit);
  },
);
