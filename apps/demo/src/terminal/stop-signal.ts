/** One Ctrl-C comes several times: the terminal interrupts all, and npx and pnpm pass on what they got. */
const SAME_MS = 1000;
/** How long everything has to end in order. */
const MAX_STOP_MS = 20_000;

/** Aborted when the process is asked to end. Being asked again later, by somebody who will not wait, ends it at once. */
export function stopSignal(): AbortSignal {
  const stop = new AbortController();
  let askedAt = 0;
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      if (!stop.signal.aborted) {
        askedAt = performance.now();
        stop.abort();
        // A service manager kills later: whatever hangs, the exit code says that it was not in order.
        setTimeout(() => process.exit(1), MAX_STOP_MS).unref();
      } else if (performance.now() - askedAt > SAME_MS) process.exit(1);
    });
  }
  return stop.signal;
}
