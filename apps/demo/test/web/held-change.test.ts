import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { holdBack, releaseHeld, UndoneError } from "../../src/web/mail/held-change.js";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("a change waits for somebody to think better of it, and is then sent", async () => {
  let isSent = false;
  void holdBack(6_000).held.then(() => {
    isSent = true;
  });
  await vi.advanceTimersByTimeAsync(5_999);
  expect(isSent).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(isSent).toBe(true);
});

test("taken back, it is never sent", async () => {
  const { held, undo } = holdBack(6_000);
  undo();
  await vi.advanceTimersByTimeAsync(10_000);
  await expect(held).rejects.toBeInstanceOf(UndoneError);
});

test("when the page is left it is sent at once", async () => {
  const { held } = holdBack(6_000);
  releaseHeld();
  await expect(held).resolves.toBeUndefined();
});
