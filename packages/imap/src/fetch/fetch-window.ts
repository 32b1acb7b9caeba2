import { MailError } from "@mailwright/core";
import type { ImapSession } from "../session/imap-session.js";
import type { CommandOptions } from "../session/run-command.js";
import { atom } from "../wire/wire-argument.js";
import { bytesOf, numberOf } from "../wire/wire-node.js";
import { bodyItem, type FetchRow, fetchRows, itemName } from "./fetch-rows.js";

/** Some octets of a message or part. */
export interface FetchWindow {
  readonly offset: number;
  readonly length: number;
  /** What came of the window before, when that was short. */
  readonly before?: Buffer | undefined;
  /** Takes the octets of a long answer as they come. */
  readonly take?: ((piece: Buffer) => void) | undefined;
}

/** What is shorter comes in a few pieces anyway. */
const STREAMED_BYTES = 64 * 1024;

/** What came of asking for a {@link FetchWindow}. */
export interface WindowAnswer {
  /** Empty when they were taken as they came. */
  readonly bytes: Buffer;
  /** How many octets came, taken or not. */
  readonly length: number;
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
  const name = `BODY[${part.toUpperCase()}]`;
  const { literal, streamedBytes } = streamInto(uid, `${name}<${window.offset}>`, window);
  const rows = await fetchRows(session, `${uid}`, items, { signal, wanted: new Set([uid]), literal });
  const row = rows.get(uid);
  if (row === undefined) return undefined;
  if (streamedBytes() > 0) return { bytes: NOTHING, length: streamedBytes(), isAll: false };
  const expected = row.get(`${name}<${window.offset}>`);
  if (expected !== undefined) return answer(bytesOf(expected) ?? NOTHING, false);
  const whole = row.get(name);
  if (whole !== undefined) return fromWhole(bytesOf(whole) ?? NOTHING, window);
  if (hasOtherOrigin(row, name)) throw wrongWindow(uid, window);
  return undefined;
}

/** An answer without an origin that is longer than what was asked for is the whole, and so is the last one again. */
function fromWhole(bytes: Buffer, { offset, length, before }: FetchWindow): WindowAnswer {
  if (bytes.length > length) return answer(bytes.subarray(offset), true);
  if (before?.length === offset && before.equals(bytes)) return answer(NOTHING, true);
  return answer(bytes, false);
}

const NOTHING = Buffer.alloc(0);

function answer(bytes: Buffer, isAll: boolean): WindowAnswer {
  return { bytes, length: bytes.length, isAll };
}

/**
 * Streams the one literal that is certain to be the window: of this message, with this origin, and no longer than what was
 * asked for. Whatever else comes is looked at when it is there.
 */
function streamInto(
  uid: number,
  name: string,
  { length, take }: FetchWindow,
): { readonly literal: CommandOptions["literal"]; readonly streamedBytes: () => number } {
  let streamed = 0;
  if (take === undefined) return { literal: undefined, streamedBytes: () => 0 };
  const literal: CommandOptions["literal"] = (sizeBytes, place) => {
    const isLong = sizeBytes >= STREAMED_BYTES && sizeBytes <= length;
    if (streamed > 0 || !isLong || place.name !== "FETCH") return undefined;
    const { siblings } = place;
    const names = siblings.map(itemName);
    const isOurs = numberOf(siblings[names.indexOf("UID") + 1]) === uid && names.at(-1) === name;
    if (!isOurs) return undefined;
    streamed = sizeBytes;
    return (piece) => take(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength));
  };
  return { literal, streamedBytes: () => streamed };
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
  { length, isAll }: WindowAnswer,
  window: FetchWindow,
  announcedBytes: number,
): boolean {
  if (isAll || length === 0) return true;
  return length < window.length && window.offset + length >= announcedBytes;
}
