/**
 * Calls a function that a caller handed in. What it throws, or what a promise of its rejects with, goes to `failed` and
 * nowhere else: whoever is told of something must not be able to change it, nor to end the process.
 */
export function guardedCall<Given extends readonly unknown[]>(
  hook: (...given: Given) => unknown,
  given: Given,
  failed: (error: unknown) => void = () => {},
): void {
  try {
    const outcome = hook(...given);
    if (outcome instanceof Promise) outcome.catch(failed);
  } catch (error) {
    failed(error);
  }
}
