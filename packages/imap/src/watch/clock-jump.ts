import { systemClock } from "@mailwright/core";

/** How often to look at the clock on the wall, and how far it may be from where it is expected. */
const TICK_MS = 30_000;
const TOLERANCE_MS = 30_000;

/**
 * Calls back when the clock on the wall has jumped: the machine has slept, and so did every timer. The answer ends that.
 * What was connected before has probably gone without a word.
 */
export function onClockJump(
  callback: () => void,
  tickMs: number = TICK_MS,
  toleranceMs: number = TOLERANCE_MS,
): () => void {
  let last = Date.now();
  const look = (): void => {
    const now = Date.now();
    const isJump = Math.abs(now - last - tickMs) > toleranceMs;
    last = now;
    cancel = systemClock.schedule(tickMs, look);
    if (isJump) callback();
  };
  let cancel = systemClock.schedule(tickMs, look);
  return () => cancel();
}
