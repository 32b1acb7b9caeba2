import type { MailError } from "@mailwright/core";
import { resolveLimits } from "@mailwright/core/internal";

/** What happened in a watched folder. Many changes at once come as few events. */
export type WatchEvent =
  /** Always first, and once: everything that changes from now on is told. */
  | { readonly type: "started"; readonly folder: string; readonly totalCount: number }
  /** New messages, also those that came while the watcher was away. */
  | {
      readonly type: "added";
      readonly folder: string;
      readonly uids: readonly number[];
      readonly totalCount: number;
    }
  /** Messages went away; which ones, only a look at the folder tells. */
  | { readonly type: "removed"; readonly folder: string; readonly count: number; readonly totalCount: number }
  | { readonly type: "flags"; readonly folder: string; readonly changes: readonly FlagChange[] }
  /** The folder is being watched again after a gap: flags and removals in the gap are not known. */
  | {
      readonly type: "resumed";
      readonly folder: string;
      readonly totalCount: number;
      readonly error: MailError;
    }
  /** UIDs known so far mean nothing any more, or more changed than was kept count of: look at the folder anew. */
  | {
      readonly type: "reset";
      readonly folder: string;
      readonly reason: "uidvalidity" | "overflow";
      readonly totalCount: number;
    };

/** A message with its flags as they are now. */
export interface FlagChange {
  readonly uid: number;
  readonly flags: ReadonlySet<string>;
}

/** How to watch. */
export interface WatchOptions {
  /** Ends the watch; the iterator is then done, without an error. */
  readonly signal?: AbortSignal | undefined;
  /** IDLE is renewed after this; servers end it after 30 minutes at most. @defaultValue 900000 */
  readonly renewMs?: number | undefined;
  /** How long the server may take to end an IDLE before it counts as gone. @defaultValue 30000 */
  readonly probeTimeoutMs?: number | undefined;
  /** How often to look where there is no IDLE. @defaultValue 60000 */
  readonly pollMs?: number | undefined;
}

/** {@link WatchOptions} with every default filled in. */
export interface ResolvedWatchOptions {
  readonly signal: AbortSignal;
  readonly renewMs: number;
  readonly probeTimeoutMs: number;
  readonly pollMs: number;
}

const DEFAULTS = { renewMs: 900_000, probeTimeoutMs: 30_000, pollMs: 60_000 };

/** Fills in the defaults; `Infinity` stands for never. Throws `"invalid-argument"`. */
export function resolveWatchOptions({
  signal,
  ...times
}: WatchOptions): Omit<ResolvedWatchOptions, "signal"> & Pick<WatchOptions, "signal"> {
  const rules = { option: "watch", protocol: "imap", unbounded: "all" } as const;
  return { signal, ...resolveLimits(DEFAULTS, times, rules) };
}
