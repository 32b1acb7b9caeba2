import { MailError } from "@mailwright/core";
import type { ImapSession } from "../session/imap-session.js";
import { atom } from "../wire/wire-argument.js";
import { bytesOf } from "../wire/wire-node.js";
import { bodyItem, type FetchRow, fetchRows } from "./fetch-rows.js";

/** Some octets of a message or part. */
export interface FetchWindow {
  readonly offset: number;
  readonly length: number;
  /** What came of the window before, when that was short. */
  readonly before?: Buffer | undefined;
}

/** What came of asking for a {@link FetchWindow}. */
export interface WindowAnswer {
  readonly bytes: Buffer;
  /** The server took no notice of the window and gave all there is: nothing follows. */
  readonly isAll: boolean;
}

/**
 * Reads octets of a message (part `""`) or one of its parts; `undefined` when the server says nothing of them. NIL
 * and a value that is left out are none: so servers answer for what is empty, or lies behind the end.
 *
 * QUIRK: some servers do not know `<0.N>` and send everything each time; that the origin is missing tells.
 */
export async function fetchWindow(
  session: ImapSession,
  uid: number,
  part: string,
  window: FetchWindow,
  signal?: AbortSignal,
): Promise<WindowAnswer | undefined> {
  const section = part === "" ? [] : [atom(part)];
  const items = [atom("UID"), bodyItem(section, window)];
  const rows = await fetchRows(session, `${uid}`, items, { signal, wanted: new Set([uid]) });
  const row = rows.get(uid);
  if (row === undefined) return undefined;
  const name = `BODY[${part.toUpperCase()}]`;
  const expected = row.get(`${name}<${window.offset}>`);
  if (expected !== undefined) return { bytes: bytesOf(expected) ?? Buffer.alloc(0), isAll: false };
  const whole = row.get(name);
  if (whole !== undefined) return fromWhole(bytesOf(whole) ?? Buffer.alloc(0), window);
  if (hasOtherOrigin(row, name)) throw wrongWindow(uid, window);
  return undefined;
}

/** An answer without an origin that is longer than what was asked for is the whole, and so is the last one again. */
function fromWhole(bytes: Buffer, { offset, length, before }: FetchWindow): WindowAnswer {
  if (bytes.length > length) return { bytes: bytes.subarray(offset), isAll: true };
  if (before?.length === offset && before.equals(bytes)) return { bytes: Buffer.alloc(0), isAll: true };
  return { bytes, isAll: false };
}

function hasOtherOrigin(row: FetchRow, name: string): boolean {
  return [...row.keys()].some((key) => key.startsWith(`${name}<`));
}

function wrongWindow(uid: number, { offset }: FetchWindow): MailError {
  const message = `The server gave another piece of message ${uid} than the one at ${offset}`;
  return new MailError(message, { code: "protocol", protocol: "imap", phase: "fetch" });
}

/**
 * Tells whether nothing follows a window. One that came short ends what is read only where the announced
 * size is reached; since that may be too large, an empty one ends it as well.
 */
export function isLastWindow(
  { bytes, isAll }: WindowAnswer,
  window: FetchWindow,
  announcedBytes: number,
): boolean {
  if (isAll || bytes.length === 0) return true;
  return bytes.length < window.length && window.offset + bytes.length >= announcedBytes;
}
