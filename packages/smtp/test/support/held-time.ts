import { vi } from "vitest";

/** Timers of the process that go off only when a test lets time pass; sockets go on by themselves. */
export interface HeldTime extends Disposable {
  pass(ms: number): void;
  /** Timers that are set. */
  readonly timers: number;
}

/**
 * Holds the time until it is disposed of, of `performance` too where that is asked for. `until` of the test support still
 * waits by the clock on the wall.
 */
export function heldTime(...more: readonly "performance"[]): HeldTime {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", ...more] });
  return {
    pass: (ms) => void vi.advanceTimersByTime(ms),
    get timers() {
      return vi.getTimerCount();
    },
    [Symbol.dispose]: () => void vi.useRealTimers(),
  };
}
