import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { getEventListeners } from "node:events";
import { describe, expect, test } from "vitest";
import { MailError, type MailErrorCode } from "../../src/errors/mail-error.js";
import { exponentialBackoff, fixedBackoff } from "../../src/retry/backoff.js";
import { type RetryEvent, type RetryPolicy, retry } from "../../src/retry/retry.js";
import { RetryBudget } from "../../src/retry/retry-budget.js";
import { FakeClock } from "../support/fake-clock.js";

function failure(code: MailErrorCode = "connection", retryAfterMs?: number): MailError {
  return new MailError(code, { code, protocol: "imap", retryable: true, retryAfterMs });
}

/** Fails as often as told, then succeeds; remembers when it was tried. */
function flaky(
  clock: FakeClock,
  ...errors: readonly unknown[]
): { times: number[]; run: () => Promise<string> } {
  const times: number[] = [];
  const run = async (): Promise<string> => {
    times.push(clock.now());
    if (times.length <= errors.length) throw errors[times.length - 1];
    return "done";
  };
  return { times, run };
}

const policy: RetryPolicy = { attempts: 4, backoff: fixedBackoff([1_000, 5_000, 30_000]) };

describe("retry", () => {
  test("tries again after each wait of its policy until the operation succeeds", async () => {
    const clock = new FakeClock();
    const { times, run } = flaky(clock, failure(), failure(), failure());
    const events: RetryEvent[] = [];
    const retrying = retry(run, { ...policy, onRetry: (event) => events.push(event) }, { clock });
    await clock.advance(60_000);
    expect(await retrying).toBe("done");
    expect(times).toEqual([0, 1_000, 6_000, 36_000]);
    expect(events.map(({ attempt, delayMs }) => [attempt, delayMs])).toEqual([
      [1, 1_000],
      [2, 5_000],
      [3, 30_000],
    ]);
    expect(clock.pending).toBe(0);
  });

  test("gives the last error when the attempts are used up", async () => {
    const clock = new FakeClock();
    const errors = [failure(), failure(), failure()];
    const { times, run } = flaky(clock, ...errors);
    const retrying = retry(run, { ...policy, attempts: 3 }, { clock });
    const outcome = expect(retrying).rejects.toBe(errors[2]);
    await clock.advance(60_000);
    await outcome;
    expect(times).toHaveLength(3);
  });

  test("bears refused and dropped connections as long as told, whatever attempts and budget say", async () => {
    const clock = new FakeClock();
    const budget = new RetryBudget(0);
    const errors = Array.from({ length: 100 }, () => failure());
    const bearing = { attempts: 2, backoff: exponentialBackoff(), budget, outageMs: 30_000 };
    const { times, run } = flaky(clock, ...errors);
    const outcome = expect(retry(run, bearing, { clock, random: () => 0.5 })).rejects.toMatchObject({
      code: "connection",
    });
    await clock.advance(60_000);
    await outcome;
    expect(times.at(-1)).toBe(30_000);
    expect(times.length).toBeLessThan(20);
    const restart = flaky(clock, ...errors.slice(0, 5), failure("busy"), failure());
    const retrying = retry(
      restart.run,
      { ...bearing, budget: undefined, attempts: 2 },
      { clock, random: () => 0 },
    );
    await clock.advance(60_000);
    expect(await retrying).toBe("done");
    const once = flaky(clock, failure());
    await expect(retry(once.run, { ...bearing, attempts: 1 }, { clock })).rejects.toMatchObject({
      code: "connection",
    });
    expect(once.times).toHaveLength(1);
  });

  test("takes nothing of the budget for what a server refused in words, such as greylisting", async () => {
    const clock = new FakeClock();
    const budget = new RetryBudget(100);
    const server = { code: "450", enhancedCode: "4.7.1", text: "Greylisted" };
    const grey = new MailError("later", { code: "busy", protocol: "smtp", retryable: true, server });
    for (let message = 0; message < 50; message++) {
      const refused = retry(flaky(clock, grey, grey, grey, grey).run, { ...policy, budget }, { clock });
      const outcome = expect(refused).rejects.toBe(grey);
      await clock.advance(60_000);
      await outcome;
    }
    expect(budget.tokens).toBe(100);
    const healed = retry(flaky(clock, failure(), failure()).run, { ...policy, budget }, { clock });
    await clock.advance(60_000);
    expect(await healed).toBe("done");
    expect(budget.tokens).toBe(91);
  });

  test.each([
    ["an error that is not retryable", new MailError("no", { code: "rejected", protocol: "smtp" })],
    ["a mistake in the program", new TypeError("x is not a function")],
  ])("never repeats %s", async (_, error) => {
    const clock = new FakeClock();
    const { times, run } = flaky(clock, error);
    await expect(retry(run, policy, { clock })).rejects.toBe(error);
    expect(times).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  test("waits as long as the server asks, when that is longer", async () => {
    const clock = new FakeClock();
    const { times, run } = flaky(clock, failure("throttled", 20_000), failure("throttled", 10));
    const retrying = retry(run, policy, { clock });
    await clock.advance(60_000);
    await retrying;
    expect(times).toEqual([0, 20_000, 25_000]);
  });

  test("does not wait for longer than the caller allows a server to ask", async () => {
    const clock = new FakeClock();
    const error = failure("throttled", 60_001);
    await expect(retry(flaky(clock, error).run, policy, { clock })).rejects.toBe(error);
  });

  test("I11: an abort during the back-off ends it at once and leaves nothing", async () => {
    const clock = new FakeClock();
    const controller = new AbortController();
    const { times, run } = flaky(clock, failure(), failure());
    const retrying = retry(run, policy, { clock, signal: controller.signal, protocol: "smtp" });
    const outcome = expect(retrying).rejects.toMatchObject({ code: "aborted", protocol: "smtp" });
    await clock.advance(500);
    controller.abort();
    await outcome;
    expect(clock.now()).toBe(500);
    expect(times).toHaveLength(1);
    expect(clock.pending).toBe(0);
    expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
  });

  test("neither starts nor retries for a caller that has aborted", async () => {
    const clock = new FakeClock();
    const { times, run } = flaky(clock);
    await expect(retry(run, policy, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "aborted",
    });
    expect(times).toHaveLength(0);
    const controller = new AbortController();
    const budget = new RetryBudget();
    const abortAndFail = async (): Promise<never> => {
      controller.abort();
      throw failure();
    };
    const retrying = retry(abortAndFail, { ...policy, budget }, { clock, signal: controller.signal });
    await expect(retrying).rejects.toMatchObject({ code: "aborted" });
    expect(budget.tokens).toBe(500);
  });

  test("I10: a budget bounds the retries of all calls that share it", async () => {
    const clock = new FakeClock();
    const budget = new RetryBudget(100);
    let tries = 0;
    const down = async (): Promise<never> => {
      tries += 1;
      throw failure();
    };
    const calls = Array.from({ length: 50 }, () =>
      retry(down, { attempts: 10, backoff: exponentialBackoff(), budget }, { clock }).catch(() => "failed"),
    );
    await clock.advance(600_000);
    await Promise.all(calls);
    expect(tries).toBe(50 + 100 / 5);
    await retry(async () => "up", { ...policy, budget }, { clock });
    expect(budget.tokens).toBe(1);
  });

  test("a retry after a timeout costs the budget twice as much", async () => {
    const clock = new FakeClock();
    const budget = new RetryBudget(14);
    const { times, run } = flaky(clock, failure("timeout"), failure("timeout"));
    const retrying = expect(retry(run, { ...policy, budget }, { clock })).rejects.toMatchObject({
      code: "timeout",
    });
    await clock.advance(60_000);
    await retrying;
    expect(times).toHaveLength(2);
  });

  test("tells who listens of each retry", async () => {
    const clock = new FakeClock();
    const heard: unknown[] = [];
    const listen = (message: unknown): void => void heard.push(message);
    subscribe("mailwright:retry", listen);
    const error = failure();
    const retrying = retry(flaky(clock, error).run, policy, { clock });
    await clock.advance(1_000);
    await retrying;
    unsubscribe("mailwright:retry", listen);
    expect(heard).toEqual([{ protocol: "imap", attempt: 1, delayMs: 1_000, error }]);
  });

  test.each<[string, Partial<RetryPolicy>]>([
    [
      "onRetry throws",
      {
        onRetry: () => {
          throw new Error("out of order");
        },
      },
    ],
    ["onRetry rejects with", { onRetry: async () => Promise.reject(new Error("out of order")) }],
    [
      "the back-off throws",
      {
        backoff: () => {
          throw new Error("out of order");
        },
      },
    ],
    ["the back-off answers, and is no time,", { backoff: () => Number.NaN }],
  ])("what %s neither ends the retrying nor the process", async (_, hooks) => {
    const clock = new FakeClock();
    const { times, run } = flaky(clock, failure(), failure());
    const retrying = retry(run, { ...policy, ...hooks }, { clock });
    await clock.advance(60_000);
    expect(await retrying).toBe("done");
    expect(times).toHaveLength(3);
    expect(clock.pending).toBe(0);
  });

  test("bears no outage of a server that was never reached: its address may be wrong", async () => {
    const clock = new FakeClock();
    const errors = Array.from({ length: 100 }, () => failure());
    const { times, run } = flaky(clock, ...errors);
    const bearing = { ...policy, attempts: 3, outageMs: 30_000 };
    const outcome = expect(retry(run, bearing, { clock, hasWorked: () => false })).rejects.toBe(errors[2]);
    await clock.advance(60_000);
    await outcome;
    expect(times).toHaveLength(3);
  });
});
