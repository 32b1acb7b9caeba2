import { expect, test } from "vitest";
import { findSlowText } from "../src/regular-expressions.js";

test.each([/\s+$/, /(?:a+)+b/, /a.*b.*c/])("%s is not linear", { timeout: 120_000 }, async (pattern) => {
  expect((await findSlowText(pattern))?.ratio).toBeGreaterThan(2.8);
});

test.each([/a+b?/g, /\n[^\n]*/, /^\s+/])("%s is linear", { timeout: 120_000 }, async (pattern) => {
  expect(await findSlowText(pattern)).toBeUndefined();
});
