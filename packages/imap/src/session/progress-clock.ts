import { type Clock, systemClock } from "@mailwright/core";

/** So many bytes within a deadline are worth another one. */
export const PROGRESS_BYTES: number = 64 * 1024;
/** So often a deadline is put off: a server that sends without end does not hold its caller for ever. */
const MAX_EXTENSIONS = 30;

/**
 * A clock whose timers wait on while bytes come: what is on its way over a slow line is not given up, a server that
 * sends a byte a second is.
 */
export function progressClock(progressBytes: () => number, clock: Clock = systemClock): Clock {
  return {
    now: () => clock.now(),
    schedule(delayMs, callback, options) {
      let seen = progressBytes();
      let extensions = 0;
      let cancel = (): void => {};
      const wait = (): void => {
        cancel = clock.schedule(delayMs, check, options);
      };
      const check = (): void => {
        const now = progressBytes();
        const isMoving = now - seen >= PROGRESS_BYTES && extensions < MAX_EXTENSIONS;
        seen = now;
        extensions += 1;
        if (isMoving) wait();
        else callback();
      };
      wait();
      return () => cancel();
    },
  };
}
