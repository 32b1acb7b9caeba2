import type { ImapSession } from "../session/imap-session.js";
import { searchUids } from "./existing-uids.js";
import type { HeadRow } from "./head-row.js";

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
