import { expect, test } from "vitest";
import { LoginBreaker } from "../../../src/pool/state/login-breaker.js";
import { refusal } from "../../support/test-connections.js";

const error = refusal("authentication");

test("a refused login pauses the account for 30 s, each further refusal for twice as long, up to 5 minutes", () => {
  const breaker = new LoginBreaker();
  const pauses: number[] = [];
  for (let i = 0, now = 0; i < 6; i++) {
    breaker.refused(error, now);
    let until = now;
    while (breaker.errorAt(until) !== undefined) until += 1_000;
    pauses.push(until - now);
    now = until;
  }
  expect(pauses).toEqual([30_000, 60_000, 120_000, 240_000, 300_000, 300_000]);
});

test("logins that were under way when the first was refused do not lengthen the pause", () => {
  const breaker = new LoginBreaker();
  for (let i = 0; i < 5; i++) breaker.refused(error, i);
  expect(breaker.errorAt(29_999)).toBe(error);
  expect(breaker.errorAt(30_000)).toBeUndefined();
});

test("an account is proven by a login and no longer after a refusal", () => {
  const breaker = new LoginBreaker();
  expect(breaker.isProven).toBe(false);
  breaker.granted();
  expect(breaker.isProven).toBe(true);
  breaker.refused(error, 0);
  expect(breaker.isProven).toBe(false);
  breaker.forget();
  expect(breaker.errorAt(1)).toBeUndefined();
});
