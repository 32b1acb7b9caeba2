/** Tells how many messages came, at most every so often: those who hear the page must be able to listen to it. */
export function createAnnouncer(everyMs: number, say: (words: string) => void) {
  let waiting = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = (): void => {
    timer = undefined;
    if (waiting === 0) return;
    say(waiting === 1 ? "1 new message" : `${waiting} new messages`);
    waiting = 0;
    timer = setTimeout(flush, everyMs);
  };
  return {
    add(arrivals: number): void {
      waiting += arrivals;
      if (timer === undefined) flush();
    },
    stop(): void {
      clearTimeout(timer);
    },
  };
}
