/**
 * Waits for commands that overlap, for all of them also when one has failed: a session with commands under way must not
 * be lent to somebody else. Rejects with the failure of the first in the list that has one.
 */
export async function allSettled<T>(promises: Iterable<Promise<T>>): Promise<T[]> {
  const outcomes = await Promise.allSettled(promises);
  return outcomes.map((outcome) => {
    if (outcome.status === "rejected") throw outcome.reason;
    return outcome.value;
  });
}
