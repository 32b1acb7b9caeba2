import { tooMuch } from "../wire/too-much.js";

/** Counts what comes of one command; throws `"limit"` beyond `most`, which ends the connection. */
export function atMost(most: number, what: string): (count?: number) => void {
  let total = 0;
  return (count = 1) => {
    total += count;
    if (total > most) throw tooMuch(`more than ${most} ${what}`);
  };
}

/** What may have come into a mailbox since it was counted. */
const SLACK = 100_000;
/** So many can be held, whatever a server says of the size of its mailbox. */
const MOST = 4_000_000;

/** How many messages an answer may name, by the count of the mailbox: a server cannot find more than there are. */
export function mostMessages({ exists }: { readonly exists: number }): number {
  return Math.min(exists + SLACK, MOST);
}
