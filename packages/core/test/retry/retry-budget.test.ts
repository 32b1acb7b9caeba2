import { expect, test } from "vitest";
import { RetryBudget } from "../../src/retry/retry-budget.js";

test("a retry costs 5 tokens, after a timeout 10, and a success earns 1", () => {
  const budget = new RetryBudget();
  expect(budget.tokens).toBe(500);
  budget.take(false);
  expect(budget.tokens).toBe(495);
  budget.take(true);
  expect(budget.tokens).toBe(485);
  budget.earn();
  expect(budget.tokens).toBe(486);
});

test("an empty bucket refuses and stays as it is; a full one does not overflow", () => {
  const budget = new RetryBudget(12);
  budget.earn();
  expect(budget.tokens).toBe(12);
  expect(budget.take(true)).toBe(true);
  expect(budget.take(false)).toBe(false);
  expect(budget.tokens).toBe(2);
});
