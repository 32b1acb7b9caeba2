import type { ImapSession } from "../session/imap-session.js";
import { atom } from "../wire/wire-argument.js";
import { bytesOf } from "../wire/wire-node.js";
import { bodyItem, fetchRows } from "./fetch-rows.js";

/** Some octets of a message or part. */
export interface FetchWindow {
  readonly offset: number;
  readonly length: number;
}

/** Reads octets of a message (part `""`) or one of its parts; `undefined` when the server gives none such. */
export async function fetchWindow(
  session: ImapSession,
  uid: number,
  part: string,
  window: FetchWindow,
  signal?: AbortSignal,
): Promise<Buffer | undefined> {
  const section = part === "" ? [] : [atom(part)];
  const items = [atom("UID"), bodyItem(section, window)];
  const rows = await fetchRows(session, `${uid}`, items, { signal, wanted: new Set([uid]) });
  return bytesOf(rows.get(uid)?.get(`BODY[${part.toUpperCase()}]`));
}

/**
 * Tells whether nothing follows a window. One that came short ends what is read only where the announced
 * size is reached; since that may be too large, an empty one ends it as well.
 */
export function isLastWindow(chunk: Buffer, window: FetchWindow, announcedBytes: number): boolean {
  if (chunk.length === 0) return true;
  return chunk.length < window.length && window.offset + chunk.length >= announcedBytes;
}
