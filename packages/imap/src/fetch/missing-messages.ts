import { MailError } from "@mailwright/core";
import type { ImapSession } from "../session/imap-session.js";
import { formatUidSet } from "../wire/uid-set.js";
import { searchUids } from "./existing-uids.js";
import type { HeadRow } from "./head-row.js";

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

/**
 * QUIRK: of a message whose file is gone, Courier gives another in its place, under its UID and from
 * `root@localhost`, until the session looks at the folder again.
 */
const SUBJECT = "message unavailable";
const SENDER = "root@localhost";
const TEXT = "This message is no longer available on the server.";
/** It has three header fields and this text. */
const MAX_BYTES = 300;

/** Whether an envelope is that of a stand-in; a real message may say the same. */
export function isStandInHead({ envelope }: HeadRow): boolean {
  return envelope?.subject === SUBJECT && envelope.from[0]?.address === SENDER;
}

/** Whether a text, or the octets of a message, are those of a stand-in; a real message may say the same. */
export function isStandInBody(body: string | Uint8Array | undefined): boolean {
  if (body === undefined || body.length > MAX_BYTES) return false;
  return (typeof body === "string" ? body : Buffer.from(body).toString("latin1")).includes(TEXT);
}

/** Which of these messages are gone, once the server has looked. */
export async function findGone(
  session: ImapSession,
  uids: readonly number[],
  signal?: AbortSignal,
): Promise<ReadonlySet<number>> {
  if (uids.length === 0) return new Set();
  await session.command("NOOP", [], { signal });
  const there = new Set(await searchUids(session, uids, signal));
  return new Set(uids.filter((uid) => !there.has(uid)));
}
