import { tooMuch } from "../wire/too-much.js";

/** Counts what comes of one command; throws `"limit"` beyond `most`, which ends the connection. */
export function atMost(most: number, what: string): (count?: number) => void {
  let total = 0;
  return (count = 1) => {
    total += count;
    if (total > most) throw tooMuch(`more than ${most} ${what}`);
  };
}
