import { MailError } from "@mailwright/core";
import type { ImapSession } from "../session/imap-session.js";
import { searchUids } from "./existing-uids.js";
import type { MessageHead } from "./message-items.js";

/** Why the bodies of these messages did not come: they are gone by now, or the server keeps them back. */
export async function whyMissing(
  session: ImapSession,
  heads: readonly MessageHead[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<number, MailError>> {
  if (heads.length === 0) return new Map();
  const uids = heads.map(({ message }) => message.uid);
  const there = new Set(await searchUids(session, uids, signal));
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
