/** Runs a bounded number of generators side by side; each goes on when what it gave has been taken. */
export async function* mergeSources<T>(
  sources: Iterable<AsyncGenerator<T, void, undefined>>,
  concurrency: number,
): AsyncGenerator<T, void, undefined> {
  const waiting = sources[Symbol.iterator]();
  const active = new Map<AsyncGenerator<T, void, undefined>, Promise<Taken<T>>>();
  const advance = (source: AsyncGenerator<T, void, undefined>): void => {
    const next = source.next().then((result) => ({ source, result }));
    // Nobody may ever look: then its failure concerns nobody.
    next.catch(() => {});
    active.set(source, next);
  };
  const start = (): void => {
    const next = waiting.next();
    if (next.done !== true) advance(next.value);
  };
  try {
    for (let count = 0; count < concurrency; count++) start();
    while (active.size > 0) {
      const { source, result } = await Promise.race(active.values());
      active.delete(source);
      if (result.done === true) {
        start();
        continue;
      }
      yield result.value;
      advance(source);
    }
  } finally {
    // Not awaited: what is under way ends by itself, and nothing follows it.
    for (const source of active.keys()) source.return().catch(() => {});
  }
}

interface Taken<T> {
  readonly source: AsyncGenerator<T, void, undefined>;
  readonly result: IteratorResult<T, void>;
}
