import { describe, expect, it } from "vitest";
import { progressClock } from "../../src/session/progress-clock.js";

/** Lets a deadline pass so often, with so many bytes each time; tells after how many it ended. */
function endsAfter(bytesEachTime: number, most = 100): number {
  let bytes = 0;
  let pending: (() => void) | undefined;
  const manual = {
    now: () => 0,
    schedule: (_delayMs: number, callback: () => void) => {
      pending = callback;
      return () => {
        pending = undefined;
      };
    },
  };
  let hasEnded = false;
  progressClock(() => bytes, manual).schedule(120_000, () => {
    hasEnded = true;
  });
  for (let times = 1; times <= most; times++) {
    bytes += bytesEachTime;
    pending?.();
    if (hasEnded) return times;
  }
  return Number.POSITIVE_INFINITY;
}

describe("a deadline", () => {
  it("passes for a server that is silent or sends a byte a second", () => {
    expect(endsAfter(0)).toBe(1);
    expect(endsAfter(120)).toBe(1);
  });

  it("is put off while an answer is on its way over a slow line, but not for ever", () => {
    // 4 MiB at 35 KiB a second take as long as a deadline of 120 s; at 2 KiB a second 18 of them.
    expect(endsAfter(120 * 2 * 1024)).toBeGreaterThan(18);
    expect(endsAfter(10_000_000)).toBeLessThan(100);
  });

  it("that is cancelled does not come", () => {
    let callback: (() => void) | undefined;
    let isCancelled = false;
    const manual = {
      now: () => 0,
      schedule: (_delayMs: number, scheduled: () => void) => {
        callback = scheduled;
        return () => {
          isCancelled = true;
        };
      },
    };
    let bytes = 0;
    const cancel = progressClock(() => bytes, manual).schedule(1, () => {});
    bytes = 1_000_000;
    callback?.();
    expect(isCancelled).toBe(false);
    cancel();
    expect(isCancelled).toBe(true);
  });
});
