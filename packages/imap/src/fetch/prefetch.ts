/** Runs ahead by one: the next batch is fetched while the caller works on the last. */
export async function* prefetch<T>(
  source: AsyncGenerator<T, void, undefined>,
): AsyncGenerator<T, void, undefined> {
  let next = source.next();
  // Nobody may ever ask for it: then its failure concerns nobody.
  next.catch(() => {});
  try {
    for (;;) {
      const result = await next;
      if (result.done === true) return;
      next = source.next();
      next.catch(() => {});
      yield result.value;
    }
  } finally {
    // Not awaited: the batch under way ends by itself, and nothing follows it.
    source.return().catch(() => {});
  }
}
