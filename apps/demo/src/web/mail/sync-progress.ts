import type { Account, Folder } from "../api/answers.js";
import { clock, spaced } from "./format.js";

/** How far a sync was at a moment. */
export interface ProgressSample {
  readonly at: number;
  readonly synced: number;
}

/** What is told about a folder that is being synced. */
export interface FolderSync {
  readonly done: number;
  readonly total: number;
  /** Between 0 and 1. */
  readonly share: number;
  readonly words: string;
}

const SAMPLES = 20;

/** The latest samples of a folder, with one more. */
export function withSample(samples: readonly ProgressSample[], sample: ProgressSample): ProgressSample[] {
  const isAnew = sample.synced < (samples.at(-1)?.synced ?? 0);
  return [...(isAnew ? [] : samples), sample].slice(-SAMPLES);
}

/** How far the sync of a folder is, while it is not through; "1 240 of 18 300 · 310/s · about 1 min". */
export function describeSync(folder: Folder, samples: readonly ProgressSample[]): FolderSync | undefined {
  const { synced: done, toSync: total } = folder;
  if (total === null || done >= total) return undefined;
  const rate = rateOf(samples);
  const figures = [`${spaced(done)} of ${spaced(total)}`];
  if (rate > 0) figures.push(`${spaced(Math.max(1, Math.round(rate)))}/s`, remaining((total - done) / rate));
  return { done, total, share: done / total, words: figures.join(" · ") };
}

/** What an account is doing, by its evidence: never "up to date" before a pass has ended. */
export function describeAccount({
  state,
  lastOkAt,
  lastError,
  nextTryAt,
  failures,
}: Pick<Account, "state" | "lastOkAt" | "lastError" | "nextTryAt" | "failures">): {
  readonly mood: "good" | "busy" | "bad" | "idle";
  readonly words: string;
} {
  const reason = lastError === null ? "" : (lastError.server ?? lastError.message);
  const tries = failures > 1 ? `; failed ${failures} times` : "";
  const next = nextTryAt === null ? "" : `; next try ${clock(new Date(nextTryAt))}`;
  if (state === "needs-login") return { mood: "bad", words: `Login refused: ${reason}` };
  if (state === "retrying") return { mood: "bad", words: `${reason}${tries}${next}` };
  if (state === "paused") return { mood: "idle", words: "Paused" };
  if (state === "live" && lastOkAt !== null)
    return { mood: "good", words: `Up to date at ${clock(new Date(lastOkAt))}` };
  return { mood: "busy", words: lastOkAt === null ? "First sync…" : "Looking for changes…" };
}

function rateOf(samples: readonly ProgressSample[]): number {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined || last.at === first.at) return 0;
  return ((last.synced - first.synced) * 1_000) / (last.at - first.at);
}

function remaining(seconds: number): string {
  if (seconds < 60) return "less than 1 min";
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `about ${minutes} min` : `about ${Math.round(minutes / 60)} h`;
}
