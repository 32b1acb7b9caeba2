import { type Logger, MailError } from "@mailwright/core";
import type { ImapPoolKey } from "./imap-account.js";

/** Watches under way, by pool and account: clients that share a pool share the account's connections. */
const watches = new WeakMap<object, Map<string, number>>();

/** Where a watch takes its connection from. */
export interface ReservationOptions {
  readonly pool: object;
  readonly key: Pick<ImapPoolKey, "id">;
  /** Connections that the account may have. */
  readonly maxPerKey: number;
  readonly folder: string;
  readonly logger: Logger;
}

/**
 * Lets a watch hold one of the account's connections for good, unless it is the last: every other call would
 * then wait until it fails. An account that may have one connection only may spend it on a watch. Answers
 * what gives the place back; throws `"limit"`.
 */
export function reserveConnection({ pool, key, maxPerKey, folder, logger }: ReservationOptions): () => void {
  const counts = watches.get(pool) ?? new Map<string, number>();
  watches.set(pool, counts);
  const running = counts.get(key.id) ?? 0;
  const most = Math.max(1, maxPerKey - 1);
  if (running >= most) {
    const message = `${running} of ${maxPerKey} connections of the account are held by watches, and the others are for the other calls: raise pool.maxPerKey to watch ${folder} as well`;
    throw new MailError(message, { code: "limit", protocol: "imap", phase: "watch" });
  }
  if (maxPerKey === 1) {
    const message =
      "The watch holds the account's only connection (pool.maxPerKey): other calls wait for its end";
    logger.warn({ folder }, message);
  }
  counts.set(key.id, running + 1);
  return () => {
    const left = (counts.get(key.id) ?? 1) - 1;
    if (left === 0) counts.delete(key.id);
    else counts.set(key.id, left);
  };
}
