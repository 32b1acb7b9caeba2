import { setTimeout as sleep } from "node:timers/promises";

/** Waits until a condition holds; throws after two seconds. Has no timer of its own while it looks. */
export async function eventually(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 2000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`Not within two seconds: ${condition}`);
    await sleep(5);
  }
}
