/** One Ctrl-C comes several times: the terminal interrupts all, and npx and pnpm pass on what they got. */
const SAME_MS = 1000;

/** Aborted when the process is asked to end. Being asked again later, by somebody who will not wait, ends it at once. */
export function stopSignal(): AbortSignal {
  const stop = new AbortController();
  let askedAt = 0;
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      if (!stop.signal.aborted) {
        askedAt = performance.now();
        stop.abort();
      } else if (performance.now() - askedAt > SAME_MS) process.exit(1);
    });
  }
  return stop.signal;
}
