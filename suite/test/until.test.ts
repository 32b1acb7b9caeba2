import { expect, test } from "vitest";
import { until } from "../src/index.js";

test("a condition's answer is awaited", async () => {
  let looks = 0;
  expect(await until(() => (++looks === 3 ? "found" : undefined))).toBe("found");
  expect(await until(async () => looks)).toBe(3);
});

test("a condition that never holds is told", async () => {
  await expect(until(() => 1 > 2, 20)).rejects.toThrow("Not within 20 ms: () => 1 > 2");
});
