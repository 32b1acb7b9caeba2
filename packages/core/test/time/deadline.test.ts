import { getEventListeners } from "node:events";
import { describe, expect, test } from "vitest";
import { MailError } from "../../src/errors/mail-error.js";
import { withDeadline } from "../../src/time/deadline.js";
import { FakeClock, settle } from "../support/fake-clock.js";

const never = (): Promise<never> => new Promise(() => {});

describe("a deadline", () => {
  test("rejects with the phase that it passed in, and tells the operation to destroy its socket", async () => {
    const clock = new FakeClock();
    let phase = "connect";
    let reason: unknown;
    const operation = (signal: AbortSignal): Promise<never> => {
      signal.addEventListener("abort", () => {
        reason = signal.reason;
      });
      return never();
    };
    const options = {
      timeoutMs: 1_000,
      protocol: "imap",
      connectionId: "h:a#1",
      retryable: true,
      clock,
    } as const;
    const running = withDeadline(operation, { ...options, phase: () => phase }).catch(
      (error: unknown) => error,
    );
    await clock.advance(999);
    phase = "greeting";
    expect(reason).toBeUndefined();
    await clock.advance(1);
    const error = await running;
    const details = { code: "timeout", protocol: "imap", phase: "greeting", connectionId: "h:a#1" };
    expect(error).toMatchObject({ ...details, retryable: true, connectionBroken: true });
    expect(reason).toBe(error);
  });

  test("tells why nothing came of it so far, as it is when the time is up", async () => {
    const clock = new FakeClock();
    let last = new MailError("Unknown host h", { code: "dns", protocol: "imap" });
    const options = {
      timeoutMs: 1_000,
      protocol: "imap",
      phase: "search",
      clock,
      cause: () => last,
    } as const;
    const running = withDeadline(never, options).catch((error: unknown) => error);
    last = new MailError("Too many connections", { code: "throttled", protocol: "imap" });
    await clock.advance(1_000);
    const message =
      "No complete answer within 1000 ms (search); the last attempt to connect failed: Too many connections";
    expect(await running).toMatchObject({ code: "timeout", message, cause: last });
  });

  test("does not care how busy the operation looks: bytes that drip in do not move it", async () => {
    const clock = new FakeClock();
    const drip = async (signal: AbortSignal): Promise<void> => {
      while (!signal.aborted) await new Promise<void>((resolve) => clock.schedule(100, resolve));
    };
    const running = withDeadline(drip, { timeoutMs: 1_000, protocol: "pop3", phase: "retr", clock });
    const outcome = expect(running).rejects.toMatchObject({ code: "timeout" });
    await clock.advance(1_100);
    await outcome;
    expect(clock.pending).toBe(0);
  });

  test("passes on the value or error of an operation in time, and leaves nothing behind", async () => {
    const clock = new FakeClock();
    const { signal } = new AbortController();
    const options = { timeoutMs: 1_000, protocol: "core", phase: "x", clock, signal } as const;
    expect(await withDeadline(async () => 42, options)).toBe(42);
    const failure = new Error("no");
    await expect(withDeadline(() => Promise.reject(failure), options)).rejects.toBe(failure);
    const thrown = new Error("before the first promise");
    const throws = (): Promise<void> => {
      throw thrown;
    };
    await expect(withDeadline(throws, options)).rejects.toBe(thrown);
    expect(clock.pending).toBe(0);
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
  });

  test("an abort of the caller wins at once, even over an operation that ignores it", async () => {
    const clock = new FakeClock();
    const controller = new AbortController();
    const options = {
      timeoutMs: 1_000,
      protocol: "smtp",
      phase: "data",
      clock,
      signal: controller.signal,
    } as const;
    const outcome = expect(withDeadline(never, options)).rejects.toMatchObject({
      code: "aborted",
      phase: "data",
    });
    controller.abort();
    await outcome;
    expect(clock.pending).toBe(0);
  });

  test("an operation is not even started for a caller that has aborted", async () => {
    let isStarted = false;
    const operation = async (): Promise<void> => {
      isStarted = true;
    };
    const signal = AbortSignal.abort();
    const running = withDeadline(operation, { timeoutMs: 1_000, protocol: "core", phase: "x", signal });
    await expect(running).rejects.toMatchObject({ code: "aborted" });
    expect(isStarted).toBe(false);
  });

  test("what an operation does after the deadline is ignored", async () => {
    const clock = new FakeClock();
    const operation = (): Promise<never> =>
      new Promise((_, reject) => clock.schedule(2_000, () => reject(new Error("too late to matter"))));
    const running = withDeadline(operation, { timeoutMs: 1_000, protocol: "core", phase: "x", clock });
    const outcome = expect(running).rejects.toMatchObject({ code: "timeout" });
    await clock.advance(3_000);
    await outcome;
    await settle();
  });

  test("Infinity sets no timer", async () => {
    const clock = new FakeClock();
    const options = { timeoutMs: Number.POSITIVE_INFINITY, protocol: "core", phase: "x", clock } as const;
    const running = withDeadline(async () => clock.pending, options);
    expect(await running).toBe(0);
  });
});
