import { expect, test } from "vitest";
import type { GivenLimits } from "../../src/client/resolve-limits.js";
import { resolveRetry } from "../../src/client/resolve-retry.js";
import { MailError } from "../../src/errors/mail-error.js";
import { fixedBackoff } from "../../src/retry/backoff.js";
import { type RetryPolicy, retry } from "../../src/retry/retry.js";
import { RetryBudget } from "../../src/retry/retry-budget.js";

const defaults = { attempts: 3, backoff: fixedBackoff([7]) };
const resolve = (given?: GivenLimits<RetryPolicy>): RetryPolicy => resolveRetry(defaults, given, "smtp");

test("what is not given, or there and undefined, is the client's own", () => {
  for (const given of [undefined, {}, { attempts: undefined, backoff: undefined, budget: undefined }]) {
    const policy = resolve(given);
    expect(policy).toMatchObject({ ...defaults, maxRetryAfterMs: 60_000 });
    expect(policy.budget).toBeInstanceOf(RetryBudget);
  }
  expect(resolve().budget).not.toBe(resolve().budget);
});

test("what is given wins", () => {
  const given = {
    attempts: Number.POSITIVE_INFINITY,
    maxRetryAfterMs: 0,
    budget: new RetryBudget(5),
    onRetry: () => {},
  };
  expect(resolve(given)).toEqual({ ...given, backoff: defaults.backoff, outageMs: 0 });
  expect(resolveRetry({ ...defaults, outageMs: 30_000 }, {}, "imap").outageMs).toBe(30_000);
  expect(resolveRetry({ ...defaults, outageMs: 30_000 }, { outageMs: 5 }, "imap").outageMs).toBe(5);
});

test.each([
  [{ attempts: 0 }, /retry\.attempts must be a whole number and at least 1/],
  [{ attempts: "3" }, /retry\.attempts must be/],
  [{ maxRetryAfterMs: Number.NaN }, /retry\.maxRetryAfterMs must be/],
  [{ backoff: [10] }, /retry\.backoff is a function/],
  [{ backoff: null }, /retry\.backoff is a function/],
  [{ onRetry: "log" }, /retry\.onRetry is a function/],
  [{ budget: 500 }, /retry\.budget is a RetryBudget/],
  [{ budget: null }, /retry\.budget is a RetryBudget/],
  [{ attempt: 3 }, /did you mean retry\.attempts/],
  [5, /retry must be an object/],
])("refuses %o when the client is made", (given, message) => {
  const make = (): RetryPolicy => resolve(given as GivenLimits<RetryPolicy>);
  expect(make).toThrow(
    expect.objectContaining({ code: "invalid-argument", message: expect.stringMatching(message) }),
  );
});

test("a resolved policy retries as often as it says", async () => {
  let tries = 0;
  const fail = async (): Promise<never> => {
    tries += 1;
    throw new MailError("down", { code: "connection", protocol: "smtp", retryable: true });
  };
  await expect(retry(fail, resolve({ attempts: undefined, backoff: () => 0 }))).rejects.toThrow("down");
  expect(tries).toBe(3);
});
