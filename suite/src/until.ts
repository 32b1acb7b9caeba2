import { setTimeout as sleep } from "node:timers/promises";

/** Only a failing test waits so long, and says what it waited for before its own time limit ends it. */
const PATIENCE_MS = 20_000;

/**
 * Waits until a condition holds (answers something truthy) and resolves with its answer. Has no timer of its own while
 * it looks, so that a condition may count timers. Rejects when it still does not hold after 20 seconds.
 */
export async function until<T>(
  condition: () => T | Promise<T>,
  patienceMs: number = PATIENCE_MS,
): Promise<Exclude<T, undefined | null | false | 0 | "">> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const answer = await condition();
    if (holds(answer)) return answer;
    if (performance.now() > deadline) throw new Error(`Not within ${patienceMs} ms: ${condition}`);
    await sleep(5);
  }
}

function holds<T>(answer: T): answer is Exclude<T, undefined | null | false | 0 | ""> {
  return Boolean(answer);
}
