import { once } from "node:events";
import type { Readable } from "node:stream";
import { MailError } from "@mailwright/core";
import { onAbort } from "@mailwright/core/internal";
import type { ImapSession } from "../session/imap-session.js";
import type { WireArgument } from "../wire/imapflow-wire.js";
import { encodeMailboxName } from "../wire/mailbox-name.js";
import { numberOf, uidValidityOf } from "../wire/wire-node.js";
import { checkFlag } from "./store-flags.js";

/** A message to store: its bytes (text goes as UTF-8), or a stream of a known number of them. */
export type AppendSource = string | Uint8Array | { readonly stream: Readable; readonly sizeBytes: number };

/** How to store it. */
export interface AppendRequest {
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
  request: AppendRequest,
  signal?: AbortSignal,
): Promise<AppendResult> {
  const flags = [...(request.flags ?? [])].map((flag) => ({ type: "ATOM", value: checkFlag(flag) }) as const);
  const head: WireArgument[] = [{ type: "STRING", value: encodeMailboxName(folder) }];
  if (flags.length > 0) head.push(flags);
  if (request.receivedAt !== undefined)
    head.push({ type: "STRING", value: formatDateTime(request.receivedAt) });
  const options = { signal, isIdempotent: false, phase: "append" } as const;
  const isStream = typeof source === "object" && "stream" in source;
  const bytes = isStream ? undefined : Buffer.from(source);
  checkLimit(session, isStream ? source.sizeBytes : (bytes?.length ?? 0));
  const completion =
    bytes !== undefined
      ? await session.command("APPEND", [...head, { type: "LITERAL", value: bytes }], options)
      : isStream
        ? // ImapFlow buffers literals; announced by hand, the octets follow from the stream.
          await session.command("APPEND", [...head, { type: "TEXT", value: `{${source.sizeBytes}}` }], {
            ...options,
            onPlusTag: streamOnce(session, source, signal),
          })
        : undefined;
  const [uidValidity, uid] = completion?.code?.name === "APPENDUID" ? completion.code.values : [];
  return { folder, uid: numberOf(uid), uidValidity: uidValidityOf(uidValidity) };
}

function streamOnce(
  session: ImapSession,
  source: { readonly stream: Readable; readonly sizeBytes: number },
  signal: AbortSignal | undefined,
): () => Promise<void> {
  let isStarted = false;
  return async () => {
    if (isStarted) return;
    isStarted = true;
    const output = session.wire.output();
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
}

function checkLimit(session: ImapSession, sizeBytes: number): void {
  const limit = session.flow.capabilities.get("APPENDLIMIT");
  if (typeof limit !== "number" || sizeBytes <= limit) return;
  throw new MailError(`The server takes messages of up to ${limit} octets, this one has ${sizeBytes}`, {
    code: "limit",
    protocol: "imap",
    phase: "append",
  });
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** RFC 9051 §9 `date-time`, in UTC. */
function formatDateTime(date: Date): string {
  if (Number.isNaN(date.getTime())) {
    throw new MailError("receivedAt is no date", {
      code: "invalid-argument",
      protocol: "imap",
      phase: "append",
    });
  }
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = String(date.getUTCDate()).padStart(2, " ");
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(":");
  return `${day}-${MONTHS[date.getUTCMonth()]}-${date.getUTCFullYear()} ${time} +0000`;
}
