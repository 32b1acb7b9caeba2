import { MailError } from "@mailwright/core";
import type { ImapSession } from "../session/imap-session.js";
import { formatUidSet } from "../wire/uid-set.js";
import { searchUids } from "./existing-uids.js";
import { findGone } from "./stand-in.js";

/** Messages that the server lists and will not give. They are not gone. */
export interface UnfetchableMessages {
  readonly uids: readonly number[];
  readonly error: MailError;
}

const MAX_SHOWN = 200;

/** The error for messages that a server was asked for more than once and left out of its answers. */
export function unfetchableError(folder: string, uids: readonly number[]): MailError {
  const set = formatUidSet(uids);
  const shown = set.length > MAX_SHOWN ? `${set.slice(0, MAX_SHOWN)}…` : set;
  const message = `The server has messages in ${folder} that it does not give: ${uids.length}, UID ${shown}`;
  return new MailError(message, { code: "protocol", protocol: "imap", phase: "fetch" });
}

/** Why the bodies of these messages did not come: they are gone, if only once the server has looked, or it keeps them back. */
export async function whyMissing(
  session: ImapSession,
  uids: readonly number[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<number, MailError>> {
  if (uids.length === 0) return new Map();
  const there = new Set(await searchUids(session, uids, signal));
  for (const uid of await findGone(session, [...there], signal)) there.delete(uid);
  return new Map(uids.map((uid) => [uid, there.has(uid) ? keptBack(uid) : removed(uid)]));
}

function keptBack(uid: number): MailError {
  const message = `The server did not give the body of message ${uid}`;
  return new MailError(message, { code: "protocol", protocol: "imap", phase: "fetch" });
}

function removed(uid: number): MailError {
  const message = `Message ${uid} was removed while it was being read`;
  return new MailError(message, { code: "not-found", protocol: "imap", phase: "fetch" });
}
