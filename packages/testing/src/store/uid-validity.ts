import { randomInt } from "node:crypto";

// Apart from those of other processes that start in the same second, and below 2^32 for the next decades.
let last = Math.floor(Date.now() / 1000) + randomInt(2 ** 28);

/** A UIDVALIDITY that no mailbox of this process had, higher than all before (RFC 3501 §2.3.1.1). */
export function nextUidValidity(): number {
  last += 1;
  return last;
}
