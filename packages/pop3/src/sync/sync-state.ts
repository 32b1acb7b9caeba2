import type { SyncCursor } from "@mailwright/core";

const VERSION = 1;
const DAY_MS = 86_400_000;

/** What differs between the mailbox now and what the cursor knows. */
export interface SyncDifference {
  /** Not known yet, in the mailbox's order. */
  readonly added: readonly string[];
  /** Known, and gone without our doing. */
  readonly removed: readonly string[];
  /** Known, present, and old enough to be deleted. */
  readonly expired: readonly string[];
  /** Deleted by us and gone: nothing to tell, but the cursor need not remember them. */
  readonly settled: readonly string[];
}

/**
 * The messages that a caller has acknowledged, by identity, each with the day on which it was first seen, and
 * which of them are to be deleted on the server. Pure; the content of a POP3 {@link SyncCursor}.
 */
export class SyncState {
  readonly #seen: Map<string, number>;
  readonly #expiring: Set<string>;

  constructor(seen: Iterable<readonly [string, number]> = [], expiring: Iterable<string> = []) {
    this.#seen = new Map(seen);
    this.#expiring = new Set(expiring);
  }

  /** Reads a cursor; `undefined` for one that this release cannot read. */
  static fromCursor(cursor: SyncCursor): SyncState | undefined {
    const { version, protocol, state } = cursor;
    if (version !== VERSION || protocol !== "pop3" || !isRecord(state)) return undefined;
    const { seen, expiring } = state;
    if (!isRecord(seen) || !Array.isArray(expiring)) return undefined;
    const days = Object.entries(seen);
    if (!days.every((entry): entry is [string, number] => typeof entry[1] === "number")) return undefined;
    if (!expiring.every((id): id is string => typeof id === "string")) return undefined;
    return new SyncState(days, expiring);
  }

  /** To be deleted from the server as soon as may be: acknowledged, and past their time. */
  get expiring(): ReadonlySet<string> {
    return this.#expiring;
  }

  compare(present: ReadonlySet<string>, leaveOnServerDays: number | undefined, now: number): SyncDifference {
    const known = [...this.#seen.keys()];
    const left = known.filter((id) => present.has(id) && !this.#expiring.has(id));
    const gone = known.filter((id) => !present.has(id));
    return {
      added: [...present].filter((id) => !this.#seen.has(id)),
      removed: gone.filter((id) => !this.#expiring.has(id)),
      expired: left.filter((id) => this.isExpired(id, leaveOnServerDays, now)),
      settled: gone.filter((id) => this.#expiring.has(id)),
    };
  }

  /** Takes in messages that the caller has stored. */
  add(ids: readonly string[], leaveOnServerDays: number | undefined, now: number): void {
    for (const id of ids) {
      this.#seen.set(id, Math.floor(now / DAY_MS));
      if (this.isExpired(id, leaveOnServerDays, now)) this.#expiring.add(id);
    }
  }

  expire(ids: readonly string[]): void {
    for (const id of ids) this.#expiring.add(id);
  }

  forget(ids: readonly string[]): void {
    for (const id of ids) {
      this.#seen.delete(id);
      this.#expiring.delete(id);
    }
  }

  isExpired(id: string, leaveOnServerDays: number | undefined, now: number): boolean {
    const seenOn = this.#seen.get(id);
    if (leaveOnServerDays === undefined || seenOn === undefined) return false;
    return Math.floor(now / DAY_MS) - seenOn >= leaveOnServerDays;
  }

  copy(): SyncState {
    return new SyncState(this.#seen, this.#expiring);
  }

  toCursor(): SyncCursor {
    const state = { seen: Object.fromEntries(this.#seen), expiring: [...this.#expiring] };
    return { version: VERSION, protocol: "pop3", state };
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
