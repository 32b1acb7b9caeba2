import { setTimeout as sleep } from "node:timers/promises";
import { lookAtAccount } from "./look-at-account.js";
import type { PassRhythm } from "./pass-rhythm.js";
import { SeenFolders } from "./seen-folders.js";
import type { AccountPass } from "./sync-account.js";
import { watchAccount } from "./watch-account.js";

/** How an account is looked after between two passes. */
export interface WaitOptions {
  /** Resolves when somebody wants the next pass now. */
  readonly waitForNudge: (signal: AbortSignal) => Promise<void>;
  /** Between two looks at what a server does not tell of by itself, on average. */
  readonly pollMs: number;
  /** The account's own. */
  readonly rhythm: PassRhythm;
  /** Called after each look that came to its end, with when that was. */
  readonly onLook: (at: Date) => void;
}

/**
 * Stores what an account's server tells, and looks every so often whether there is more: as long as nothing is new, without a statement to
 * the database. Resolves when there must be a pass: somebody wants one, the folders are others, or it is time. Rejects when a look fails.
 */
export async function waitForNews(pass: AccountPass, options: WaitOptions): Promise<void> {
  const { rhythm } = options;
  const seen = await SeenFolders.read(pass);
  for (let looks = rhythm.nextLooks(); looks > 0; looks -= 1) {
    const pollMs = rhythm.pauseMs(options.pollMs);
    if ((await nextEvent(pass, seen, { ...options, pollMs })) === "news") return;
    if (!(await lookAtAccount(pass, seen))) return;
    options.onLook(pass.environment.now());
  }
}

async function nextEvent(
  pass: AccountPass,
  seen: SeenFolders,
  { waitForNudge, pollMs }: WaitOptions,
): Promise<"time" | "news"> {
  const { kind, client } = pass.client;
  const stop = new AbortController();
  const signal = AbortSignal.any([pass.signal, stop.signal]);
  const isTime = sleep(pollMs, undefined, { signal }).then(() => "time" as const);
  const news = [waitForNudge(signal)];
  if (kind === "imap") news.push(watchAccount({ ...pass, signal }, client, seen));
  const events = [isTime, ...news.map((each) => each.then(() => "news" as const))];
  try {
    return await Promise.race(events);
  } finally {
    stop.abort();
    await Promise.allSettled(events);
  }
}
