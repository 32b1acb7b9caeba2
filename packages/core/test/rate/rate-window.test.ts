import { expect, test } from "vitest";
import { RateWindow } from "../../src/rate/rate-window.js";

test("a grant is free again one interval later", () => {
  const window = new RateWindow(1_000);
  window.add(3, 100);
  expect(window.readyAt(1, 4, 200)).toBe(200);
  expect(window.readyAt(2, 4, 200)).toBe(1_100);
  expect(window.readyAt(2, 4, 1_100)).toBe(1_100);
});

test("grants of nearly the same time are remembered as one, never too short", () => {
  const window = new RateWindow(10_000);
  for (let at = 0; at <= 9; at++) window.add(1, at);
  expect(window.readyAt(1, 10, 5_000)).toBe(10_009);
  window.add(1, 10_009);
  expect(window.readyAt(9, 10, 10_009)).toBe(10_009);
});
