import { expect, test } from "vitest";
import { mostWithin } from "../src/most-within.js";

test("the most moments in any interval are found wherever it begins, and its end is outside", () => {
  expect(mostWithin([], 10)).toBe(0);
  expect(mostWithin([0, 9, 10, 11, 30], 10)).toBe(3);
  expect(mostWithin([10, 0, 20], 10)).toBe(1);
});
