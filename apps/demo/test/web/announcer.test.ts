import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createAnnouncer } from "../../src/web/live/announcer.js";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("new messages are told at once, and then at most every so often, summed up", () => {
  const said: string[] = [];
  const announcer = createAnnouncer(10_000, (words) => said.push(words));
  announcer.add(0);
  expect(said).toEqual([]);
  announcer.add(1);
  announcer.add(2);
  announcer.add(1);
  expect(said).toEqual(["1 new message"]);
  vi.advanceTimersByTime(10_000);
  expect(said).toEqual(["1 new message", "3 new messages"]);
  vi.advanceTimersByTime(60_000);
  expect(said).toHaveLength(2);
  announcer.add(1);
  expect(said).toHaveLength(3);
  announcer.stop();
});
