import type { FolderFigures } from "../sync/account/compare-status.js";
import { isDifferent } from "../sync/account/compare-status.js";
import type { SyncState } from "../sync/sync-state.js";

/** More than an account has: a server that never says a name twice fills no memory. */
const MAX_FOLDERS = 10_000;

/**
 * Which figures of folders have led to a sync. Figures that differ from what is known are a reason to look once: where a
 * look does not make them equal, the server counts in its own way.
 */
export class FiguresSeen {
  readonly #seen = new Map<string, string>();

  /** Whether the figures of a folder are a reason to sync it. */
  isNews(folder: string, figures: FolderFigures, state: SyncState | undefined): boolean {
    if (state !== undefined && !isDifferent(figures, state)) return false;
    const { uidValidity, uidNext, totalCount, highestModseq } = figures;
    const key = [uidValidity, uidNext, totalCount, highestModseq].join(" ");
    if (this.#seen.get(folder) === key) return false;
    // What is forgotten is looked at once more.
    if (this.#seen.size >= MAX_FOLDERS) this.#seen.clear();
    this.#seen.set(folder, key);
    return true;
  }
}
