import { setTimeout as sleep } from "node:timers/promises";
import type { ImapClient, ImapTraffic } from "../../src/index.js";

/** Waits until nothing has been sent for a while; answers with what was sent so far. */
export async function untilQuiet(imap: ImapClient, whileMs = 150): Promise<ImapTraffic> {
  for (;;) {
    const before = imap.traffic();
    await sleep(whileMs);
    const after = imap.traffic();
    if (after.sentBytes === before.sentBytes && imap.stats().opening === 0) return after;
  }
}
