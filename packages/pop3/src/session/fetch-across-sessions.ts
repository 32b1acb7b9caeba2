import type { BatchItem, BatchResult } from "@mailwright/core";
import { toBatchResult } from "@mailwright/core/internal";
import type { FetchCheck } from "./end-check.js";
import type { Pop3Message } from "./fetch-window.js";

/** Fetches messages in a session of its own, until one ends the session or all are there. */
export type FetchInSession = (
  numbers: readonly number[],
  check: FetchCheck,
) => Promise<BatchResult<number, Pop3Message>>;

/**
 * Fetches messages of which some may end the session, because the server sends them so that nothing behind them can
 * be read. After such an end the rest is fetched one by one in another session; what ends that one too has failed.
 */
export async function fetchAcrossSessions(
  numbers: readonly number[],
  fetch: FetchInSession,
): Promise<BatchResult<number, Pop3Message>> {
  const items: BatchItem<number, Pop3Message>[] = [];
  let check: FetchCheck = "behind";
  while (items.length < numbers.length) {
    const left = numbers.slice(items.length);
    const { items: fetched } = await fetch(left, check);
    const end = fetched.findIndex((item) => !item.ok && item.error.connectionBroken);
    if (end < 0) return toBatchResult([...items, ...fetched]);
    const isProven: boolean = check === "one-by-one";
    items.push(...fetched.slice(0, isProven ? end + 1 : end));
    // One that was fetched alone at once was the fault; else it may be that the server does not bear several at a time.
    check = isProven && end === 0 ? "behind" : "one-by-one";
  }
  return toBatchResult(items);
}
