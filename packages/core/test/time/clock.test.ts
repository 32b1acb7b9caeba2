import { expect, test } from "vitest";
import { systemClock } from "../../src/time/clock.js";

test("the system's clock goes on, calls back once, and can be cancelled", async () => {
  const since = systemClock.now();
  let calls = 0;
  const cancel = systemClock.schedule(1, () => {
    calls += 100;
  });
  cancel();
  await new Promise<void>((resolve) => {
    systemClock.schedule(
      20,
      () => {
        calls += 1;
        resolve();
      },
      { keepAlive: true },
    );
  });
  expect(calls).toBe(1);
  expect(systemClock.now()).toBeGreaterThan(since + 10);
});

test("a delay longer than a timer can hold does not fire at once", async () => {
  let isFired = false;
  const cancel = systemClock.schedule(Number.POSITIVE_INFINITY, () => {
    isFired = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  cancel();
  expect(isFired).toBe(false);
});
