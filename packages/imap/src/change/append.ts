import type { Readable } from "node:stream";
import { MailError, type OperationOptions } from "@mailwright/core";
import type { ImapSession } from "../session/imap-session.js";
import { onMailbox } from "../session/named-mailbox.js";
import { notRepeatable } from "../session/not-repeatable.js";
import type { Completion } from "../session/run-command.js";
import { openForWriting } from "../session/select-mailbox.js";
import { formatInternalDate } from "../wire/values.js";
import { atom, literal, quoted, type WireArgument } from "../wire/wire-argument.js";
import { numberOf, uidValidityOf } from "../wire/wire-node.js";
import { type AppendOctets, AppendUpload, MAX_PIECE_BYTES } from "./append-upload.js";
import { checkFlag } from "./store-flags.js";

/** A message to store: its bytes (text goes as UTF-8), or a stream of a known number of them. */
export type AppendSource = string | Uint8Array | { readonly stream: Readable; readonly sizeBytes: number };

/** How to store a message. */
export interface AppendOptions extends OperationOptions {
  /** @defaultValue none */
  readonly flags?: Iterable<string> | undefined;
  /** @defaultValue now */
  readonly receivedAt?: Date | undefined;
}

/** Where a message was stored. */
export interface AppendResult {
  readonly folder: string;
  /** Told by servers with UIDPLUS (RFC 4315). */
  readonly uid: number | undefined;
  readonly uidValidity: number | undefined;
}

/**
 * Stores a message. Rejects with `"not-found"`, `"quota"`, `"limit"`, or `"unknown-outcome"` when the
 * connection is lost before the server's answer.
 */
export async function appendMessage(
  session: ImapSession,
  folder: string,
  source: AppendSource,
  head: AppendHead,
  signal?: AbortSignal,
): Promise<AppendResult> {
  const options = { signal, isIdempotent: false, phase: "append" } as const;
  const octets = octetsOf(source);
  checkLimit(session, octets.sizeBytes);
  // Announced by hand: the octets follow piece by piece.
  const body: WireArgument =
    octets.whole === undefined ? { type: "TEXT", value: `{${octets.sizeBytes}}` } : literal(octets.whole);
  let refusal: unknown;
  const run = async (mailbox: WireArgument): Promise<Completion> => {
    // A stream that was read cannot be read again under another form of the name.
    if (refusal !== undefined && octets.isUsedUp()) throw refusal;
    const upload = octets.whole === undefined ? new AppendUpload(session, octets, signal) : undefined;
    const onPlusTag = upload === undefined ? undefined : () => upload.start();
    const isComplete = upload === undefined ? undefined : () => upload.isComplete;
    const append = (): Promise<Completion> =>
      session.command("APPEND", [mailbox, ...head, body], { ...options, onPlusTag, isComplete });
    try {
      return await append();
    } catch (error) {
      refusal = error;
      // What is read of a stream is not there for another try.
      if (octets.isUsedUp()) return await notRepeatable(() => Promise.reject(error));
      throw error;
    }
  };
  await openForWriting(session, folder, signal);
  const completion = await onMailbox(session, folder, run, signal);
  const [uidValidity, uid] = completion.code?.name === "APPENDUID" ? completion.code.values : [];
  return { folder, uid: numberOf(uid), uidValidity: uidValidityOf(uidValidity) };
}

function octetsOf(
  source: AppendSource,
): AppendOctets & { readonly whole: Buffer | undefined; isUsedUp(): boolean } {
  if (typeof source === "object" && "stream" in source) {
    const { stream, sizeBytes } = source;
    return { sizeBytes, whole: undefined, pieces: () => stream, isUsedUp: () => stream.readableDidRead };
  }
  const bytes = Buffer.from(source);
  // In pieces it is known, when the connection ends before the last of them, that the message was not stored.
  const whole = bytes.length <= MAX_PIECE_BYTES ? bytes : undefined;
  return { sizeBytes: bytes.length, whole, pieces: () => [bytes], isUsedUp: () => false };
}

/** What stands before the octets of a message. */
export type AppendHead = readonly WireArgument[];

/** Reads the options, once for all tries: flags may come from what can be read once only. Throws `"invalid-argument"`. */
export function appendHead({
  flags: wanted = [],
  receivedAt,
}: Pick<AppendOptions, "flags" | "receivedAt">): AppendHead {
  const flags = [...wanted].map((flag) => atom(checkFlag(flag)));
  const date = receivedAt === undefined ? [] : [quoted(formatReceivedAt(receivedAt))];
  return flags.length === 0 ? date : [flags, ...date];
}

/** Throws `"limit"` for what the server says that it will not take (APPENDLIMIT, RFC 7889). */
export function checkLimit(session: ImapSession, sizeBytes: number): void {
  const limit = session.wire.capabilities.get("APPENDLIMIT");
  if (typeof limit !== "number" || sizeBytes <= limit) return;
  throw new MailError(`The server takes messages of up to ${limit} octets, this one has ${sizeBytes}`, {
    code: "limit",
    protocol: "imap",
    phase: "append",
  });
}

function formatReceivedAt(date: Date): string {
  if (!Number.isNaN(date.getTime())) return formatInternalDate(date);
  const details = { code: "invalid-argument", protocol: "imap", phase: "append" } as const;
  throw new MailError("receivedAt is no date", details);
}
