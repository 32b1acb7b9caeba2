import type { Account } from "../api/answers.js";

const DAY_MS = 86_400_000;

/** From when on an account has its mail here. */
export function describePeriod({ createdAt, syncDays }: Pick<Account, "createdAt" | "syncDays">): string {
  const first = new Date(Date.parse(createdAt) - (syncDays ?? 0) * DAY_MS);
  return `What came since ${first.toLocaleDateString()}; older mail is on the server only`;
}
