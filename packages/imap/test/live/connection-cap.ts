import { expect } from "vitest";
import { type LiveClientOptions, liveClient } from "./imap-environment.js";

/** Of an account with three connections at most: holds three, lets many callers in and sees them served. */
export async function expectCapToHold(user: string, options: LiveClientOptions): Promise<void> {
  await using imap = liveClient(user, { ...options, pool: { maxPerKey: 8 } });
  let release = (): void => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const holders: Promise<void>[] = [];
  // One after the other: servers let logins of the same moment get past their limit.
  for (let held = 1; held <= 3; held++) {
    await new Promise<void>((entered) => {
      holders.push(
        imap.use("INBOX", async () => {
          entered();
          await released;
        }),
      );
    });
  }
  const searches = Array.from({ length: 20 }, () => imap.search("INBOX", {}));
  await expect.poll(() => imap.stats().failed).toBeGreaterThan(0);
  expect(imap.stats()).toMatchObject({ open: 3, leased: 3 });
  release();
  await Promise.all(holders);
  expect(await Promise.all(searches)).toHaveLength(20);
}
