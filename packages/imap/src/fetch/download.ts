import { Readable } from "node:stream";
import { MailError, type OperationOptions } from "@mailwright/core";
import { createTransferDecoder, decodeTransferEncoding } from "@mailwright/mime";
import type { RunOptions } from "../connection/run-options.js";
import type { SessionRunner } from "../connection/session-runner.js";
import type { ImapSession } from "../session/imap-session.js";
import { requireSameMailbox } from "../session/selected-mailbox.js";
import { type BodyPart, parseBodyStructure } from "../wire/answers/body-structure.js";
import { findLeaf } from "../wire/answers/part-tree.js";
import { toUids } from "../wire/uid-set.js";
import { atom } from "../wire/wire-argument.js";
import { numberOf } from "../wire/wire-node.js";
import { searchUids } from "./existing-uids.js";
import { type FetchRow, fetchRows } from "./fetch-rows.js";
import { type FetchWindow, fetchWindow, isLastWindow, type WindowAnswer } from "./fetch-window.js";
import { findGone, isStandInBody, unfetchableError } from "./missing-messages.js";
import { PieceQueue } from "./piece-queue.js";
import { prefetch } from "./prefetch.js";

/** An attachment, or another part, on its way. */
export interface AttachmentDownload {
  readonly contentType: string;
  /** As the sender named it: not safe as a path. */
  readonly filename: string | undefined;
  /** Octets before the transfer encoding is undone. */
  readonly encodedBytes: number;
  /** Decoded. Destroying it stops the download; it holds no connection while nobody reads. */
  readonly content: Readable;
}

/** A whole message on its way, byte for byte. */
export interface MessageDownload {
  readonly sizeBytes: number;
  readonly content: Readable;
}

/** Opens a part of a message by its path. Rejects with `"not-found"` when there is no such message or part. */
export async function downloadAttachment(
  runner: SessionRunner,
  folder: string,
  uid: number,
  part: string,
  operation: OperationOptions,
): Promise<AttachmentDownload> {
  const options = { ...operation, synced: new WeakSet<ImapSession>() };
  const { row, uidValidity } = await lookUp(runner, folder, uid, "BODYSTRUCTURE", options);
  const structure = row.get("BODYSTRUCTURE");
  const parts: readonly BodyPart[] = parseBodyStructure(structure);
  const found = parts.find(({ path }) => path === part) ?? findLeaf(structure, part);
  if (found === undefined) throw notFound(`Message ${uid} has no part ${part}`);
  const { contentType, filename, encodedBytes, transferEncoding } = found;
  const isOnlyPart = parts.length === 1;
  const place = { folder, uid, part, isOnlyPart, uidValidity, announcedBytes: encodedBytes };
  const windows = readWindows(runner, place, options);
  return {
    contentType,
    filename,
    encodedBytes,
    content: toReadable(decode(prefetch(windows), transferEncoding)),
  };
}

/** Opens a whole message. Rejects with `"not-found"`. */
export async function downloadMessage(
  runner: SessionRunner,
  folder: string,
  uid: number,
  operation: OperationOptions,
): Promise<MessageDownload> {
  const options = { ...operation, synced: new WeakSet<ImapSession>() };
  const { row, uidValidity } = await lookUp(runner, folder, uid, "RFC822.SIZE", options);
  const sizeBytes = numberOf(row.get("RFC822.SIZE")) ?? 0;
  const place = { folder, uid, part: "", isOnlyPart: false, uidValidity, announcedBytes: sizeBytes };
  return { sizeBytes, content: toReadable(prefetch(readWindows(runner, place, options))) };
}

interface Place {
  readonly folder: string;
  readonly uid: number;
  readonly part: string;
  /** The message has no other, so that its text is that part. */
  readonly isOnlyPart: boolean;
  readonly uidValidity: number | undefined;
  readonly announcedBytes: number;
}

async function lookUp(
  runner: SessionRunner,
  folder: string,
  uid: number,
  item: string,
  options: RunOptions,
): Promise<{ readonly row: FetchRow; readonly uidValidity: number | undefined }> {
  toUids(uid);
  return runner.inFolder(
    folder,
    async (session, mailbox, signal) => {
      const items = ["UID", item].map(atom);
      const rows = await fetchRows(session, `${uid}`, items, { signal, wanted: new Set([uid]) });
      const row = rows.get(uid);
      if (row === undefined) throw await missing(session, folder, uid, signal);
      return { row, uidValidity: mailbox.uidValidity };
    },
    options,
  );
}

async function* readWindows(
  runner: SessionRunner,
  place: Place,
  options: RunOptions,
): AsyncGenerator<Buffer, void, undefined> {
  const { maxLiteralBytes } = runner.account.options.limits;
  const { folder, uid, announcedBytes, uidValidity, isOnlyPart } = place;
  const most = Math.min(LAST_WINDOW, maxLiteralBytes);
  let { part } = place;
  let length = Math.min(FIRST_WINDOW, most);
  let before: Buffer | undefined;
  for (let offset = 0; ; ) {
    const whole = { offset, length, before };
    const pieces = new PieceQueue<Buffer>();
    let takenBytes = 0;
    const take = (piece: Buffer): void => {
      takenBytes += piece.length;
      pieces.push(piece);
    };
    let window: FetchWindow = whole;
    const section = part;
    const fetching = runner.inFolder(
      folder,
      async (session, mailbox, signal) => {
        requireSameMailbox(mailbox, uidValidity);
        // Begun again on another connection, behind what has come.
        if (takenBytes >= whole.length) {
          window = whole;
          return { bytes: Buffer.alloc(0), length: whole.length, isAll: false };
        }
        window = {
          ...whole,
          offset: whole.offset + takenBytes,
          length: whole.length - takenBytes,
          take,
        };
        const found = await fetchWindow(session, uid, section, window, signal);
        if (found === undefined) throw await missing(session, folder, uid, signal);
        if (isDoubtful(found, window, announcedBytes)) {
          const gone = await findGone(session, [uid], signal);
          if (gone.has(uid)) throw notFound(`Message ${uid} was removed while it was being read`);
        }
        return found;
      },
      options,
    );
    fetching.then(
      () => pieces.end(),
      (error: unknown) => pieces.fail(error),
    );
    yield* pieces;
    const answer = await fetching;
    const { bytes } = answer;
    if (answer.length === 0 && window.offset === 0 && announcedBytes > 0) {
      if (part !== "1" || !isOnlyPart) throw keptBack(uid, part, announcedBytes);
      // QUIRK: of a message that Courier takes for a leaf though it has parts, only this one has the octets.
      part = "TEXT";
      continue;
    }
    if (bytes.length > 0) yield bytes;
    if (isLastWindow(answer, window, announcedBytes)) return;
    before = offset === 0 && bytes.length > 0 && bytes.length < length ? bytes : undefined;
    offset = window.offset + answer.length;
    length = Math.min(length * 4, most);
  }
}

/** It may be that of a message which another stands in for: that has no such part, or is shorter. */
function isDoubtful(answer: WindowAnswer, { offset }: FetchWindow, announcedBytes: number): boolean {
  return offset === 0 ? isStandInBody(answer.bytes) : answer.length === 0 && offset < announcedBytes;
}

function keptBack(uid: number, part: string, announcedBytes: number): MailError {
  const what = part === "" || part === "TEXT" ? `message ${uid}` : `part ${part} of message ${uid}`;
  const message = `The server announced ${announcedBytes} octets of ${what} and gave none`;
  return new MailError(message, { code: "protocol", protocol: "imap", phase: "fetch" });
}

const FIRST_WINDOW = 256 * 1024;
const LAST_WINDOW = 4 * 1024 * 1024;

/** What is decoded whole: nobody sends much in it any more. */
const UUENCODED = /^(?:x-)?uue(?:ncode)?$/i;

async function* decode(
  source: AsyncIterable<Buffer>,
  encoding: string,
): AsyncGenerator<Buffer, void, undefined> {
  if (UUENCODED.test(encoding)) {
    const chunks: Buffer[] = [];
    for await (const chunk of source) chunks.push(chunk);
    yield decodeTransferEncoding(Buffer.concat(chunks), encoding).bytes;
    return;
  }
  const decoder = createTransferDecoder(encoding);
  for await (const chunk of source) yield decoder.push(chunk);
  yield decoder.end();
}

function toReadable(source: AsyncIterable<Buffer>): Readable {
  return Readable.from(source, { objectMode: false, highWaterMark: 64 * 1024 });
}

async function missing(
  session: ImapSession,
  folder: string,
  uid: number,
  signal: AbortSignal | undefined,
): Promise<MailError> {
  const found = await searchUids(session, [uid], signal);
  return found.length === 0 ? notFound(`${folder} has no message ${uid}`) : unfetchableError(folder, found);
}

function notFound(message: string): MailError {
  return new MailError(message, { code: "not-found", protocol: "imap", phase: "fetch" });
}
