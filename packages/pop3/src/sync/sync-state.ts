import type { SyncCursor } from "@mailwright/core";
import { sharedUidlOf } from "./identify-messages.js";

const VERSION = 2;
const DAY_MS = 86_400_000;

/** What a mailbox's messages are known by: UIDLs, with digests where one is missing, or digests alone. */
export type Naming = "uidl" | "digest";

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
  /** Settled by the first listing: servers may lose or gain UIDLs, names stay. */
  naming: Naming | undefined;
  readonly #seen: Map<string, number>;
  readonly #expiring: Set<string>;
  readonly #shared: Set<string>;

  constructor(
    naming?: Naming,
    seen: Iterable<readonly [string, number]> = [],
    expiring: Iterable<string> = [],
  ) {
    this.naming = naming;
    this.#seen = new Map(seen);
    this.#expiring = new Set(expiring);
    this.#shared = new Set([...this.#seen.keys()].flatMap((id) => sharedUidlOf(id) ?? []));
  }

  /** Reads a cursor; `undefined` for one that this release cannot read. */
  static fromCursor(cursor: SyncCursor): SyncState | undefined {
    const { version, protocol, state } = cursor;
    if (version !== VERSION || protocol !== "pop3" || !isRecord(state)) return undefined;
    const { naming, seenOn, expiring } = state;
    if (naming !== undefined && naming !== "uidl" && naming !== "digest") return undefined;
    if (!isRecord(seenOn) || !isListOfIds(expiring)) return undefined;
    const seen: [string, number][] = [];
    for (const [day, ids] of Object.entries(seenOn)) {
      if (!/^\d{1,9}$/.test(day) || !isListOfIds(ids)) return undefined;
      for (const id of ids) seen.push([id, Number(day)]);
    }
    return new SyncState(naming, seen, expiring);
  }

  /** How many messages are known. */
  get size(): number {
    return this.#seen.size;
  }

  has(id: string): boolean {
    return this.#seen.has(id);
  }

  isShared(uidl: string): boolean {
    return this.#shared.has(uidl);
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
      const shared = sharedUidlOf(id);
      if (shared !== undefined) this.#shared.add(shared);
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
    return new SyncState(this.naming, this.#seen, this.#expiring);
  }

  toCursor(): SyncCursor {
    const seenOn: Record<string, string[]> = {};
    for (const [id, day] of this.#seen) {
      seenOn[day] ??= [];
      seenOn[day].push(id);
    }
    const state = { naming: this.naming, seenOn, expiring: [...this.#expiring] };
    return { version: VERSION, protocol: "pop3", state };
  }
}

function isListOfIds(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((id) => typeof id === "string");
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
