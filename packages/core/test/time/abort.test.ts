import { getEventListeners } from "node:events";
import { expect, test } from "vitest";
import { MailError } from "../../src/errors/mail-error.js";
import { abortError, onAbort, sleep, throwIfAborted } from "../../src/time/abort.js";
import { FakeClock } from "../support/fake-clock.js";

test("an abort for a reason of the caller's is an aborted error with that reason as cause", () => {
  const reason = new Error("the user left");
  const error = abortError(AbortSignal.abort(reason), "imap", "fetch");
  expect(error).toMatchObject({ code: "aborted", protocol: "imap", phase: "fetch", connectionBroken: true });
  expect(error.cause).toBe(reason);
});

test("a signal that fires with a MailError gives that error", () => {
  const reason = new MailError("too late", { code: "timeout", protocol: "smtp" });
  expect(abortError(AbortSignal.abort(reason), "imap")).toBe(reason);
});

test("throwIfAborted lets live signals and no signal pass", () => {
  throwIfAborted(undefined, "core");
  throwIfAborted(new AbortController().signal, "core");
  expect(() => throwIfAborted(AbortSignal.abort(), "pop3", "list")).toThrow(MailError);
});

test("onAbort calls back once, at once when the signal has fired, and never after it was taken off", () => {
  let calls = 0;
  const call = (): void => {
    calls += 1;
  };
  onAbort(AbortSignal.abort(), call);
  expect(calls).toBe(1);
  const controller = new AbortController();
  const stop = onAbort(controller.signal, call);
  onAbort(controller.signal, call)();
  stop();
  controller.abort();
  expect(calls).toBe(1);
  expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
});

test("many may wait for one signal: each is called in order unless it was taken off, by one listener", () => {
  const controller = new AbortController();
  const called: number[] = [];
  const stops = Array.from({ length: 40 }, (_, n) => onAbort(controller.signal, () => called.push(n)));
  expect(getEventListeners(controller.signal, "abort")).toHaveLength(1);
  stops[2]?.();
  stops[2]?.();
  controller.abort();
  expect(called).toEqual([0, 1, ...Array.from({ length: 37 }, (_, n) => n + 3)]);
  expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
});

test("a callback that is taken off while others are called is not called", () => {
  const controller = new AbortController();
  const called: string[] = [];
  let stop = (): void => {};
  onAbort(controller.signal, () => {
    called.push("first");
    stop();
  });
  stop = onAbort(controller.signal, () => called.push("second"));
  onAbort(controller.signal, () => called.push("third"));
  controller.abort();
  expect(called).toEqual(["first", "third"]);
});

test("sleep ends in time, or with an abort at once, and leaves neither timer nor listener", async () => {
  const clock = new FakeClock();
  const controller = new AbortController();
  const options = { clock, protocol: "core", signal: controller.signal } as const;
  const whole = sleep(1_000, options);
  await clock.advance(1_000);
  await whole;
  const cut = expect(sleep(1_000, options)).rejects.toMatchObject({ code: "aborted" });
  controller.abort();
  await cut;
  await expect(sleep(1_000, options)).rejects.toMatchObject({ code: "aborted" });
  expect(clock.pending).toBe(0);
  expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
});
