import { once } from "node:events";
import type { Readable } from "node:stream";
import { MailError, type OperationOptions } from "@mailwright/core";
import { onAbort } from "@mailwright/core/internal";
import type { ImapSession } from "../session/imap-session.js";
import { onMailbox } from "../session/named-mailbox.js";
import type { Completion } from "../session/run-command.js";
import { formatInternalDate } from "../wire/values.js";
import { atom, literal, quoted, type WireArgument } from "../wire/wire-argument.js";
import { numberOf, uidValidityOf } from "../wire/wire-node.js";
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
  { flags: wanted = [], receivedAt }: AppendOptions,
  signal?: AbortSignal,
): Promise<AppendResult> {
  const flags = [...wanted].map((flag) => atom(checkFlag(flag)));
  const head: WireArgument[] = [];
  if (flags.length > 0) head.push(flags);
  if (receivedAt !== undefined) head.push(quoted(formatReceivedAt(receivedAt)));
  const options = { signal, isIdempotent: false, phase: "append" } as const;
  const isStream = typeof source === "object" && "stream" in source;
  const bytes = isStream ? undefined : Buffer.from(source);
  checkLimit(session, isStream ? source.sizeBytes : (bytes?.length ?? 0));
  // Announced by hand: the octets follow from the stream.
  const body: WireArgument = isStream
    ? { type: "TEXT", value: `{${source.sizeBytes}}` }
    : literal(bytes ?? Buffer.alloc(0));
  let refusal: unknown;
  const run = async (mailbox: WireArgument): Promise<Completion> => {
    // A stream that was read cannot be read again under another form of the name.
    if (isStream && refusal !== undefined && source.stream.readableDidRead) throw refusal;
    const onPlusTag = isStream ? streamOnce(session, source, signal) : undefined;
    try {
      return await session.command("APPEND", [mailbox, ...head, body], { ...options, onPlusTag });
    } catch (error) {
      refusal = error;
      throw error;
    }
  };
  const completion = await onMailbox(session, folder, run, signal);
  const [uidValidity, uid] = completion.code?.name === "APPENDUID" ? completion.code.values : [];
  return { folder, uid: numberOf(uid), uidValidity: uidValidityOf(uidValidity) };
}

function streamOnce(
  session: ImapSession,
  source: { readonly stream: Readable; readonly sizeBytes: number },
  signal: AbortSignal | undefined,
): () => void {
  let isStarted = false;
  const send = async (): Promise<void> => {
    if (isStarted) return;
    isStarted = true;
    const { output } = session.wire;
    // A socket that ends says neither "drain" nor "error": the source would stay open for ever.
    const ended = new AbortController();
    const stops = [session.onClosed(() => ended.abort()), onAbort(signal, () => ended.abort())];
    let written = 0;
    try {
      for await (const chunk of source.stream) {
        const bytes = typeof chunk === "string" ? Buffer.from(chunk) : Buffer.from(chunk);
        written += bytes.length;
        if (written > source.sizeBytes) throw new Error("more octets than sizeBytes");
        if (!output.write(bytes)) await once(output, "drain", { signal: ended.signal });
      }
      if (written < source.sizeBytes) throw new Error("fewer octets than sizeBytes");
      output.write("\r\n");
      session.wire.flush();
    } catch (cause) {
      // The literal is not complete, so the server cannot have stored it.
      session.fail(
        new MailError(`The message's stream failed: ${cause instanceof Error ? cause.message : "unknown"}`, {
          code: "invalid-argument",
          protocol: "imap",
          phase: "append",
          connectionId: session.connectionId,
          connectionBroken: true,
        }),
      );
    } finally {
      for (const stop of stops) stop();
    }
  };
  return () => void send();
}

function checkLimit(session: ImapSession, sizeBytes: number): void {
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
