import { once } from "node:events";
import { MailError } from "@mailwright/core";
import { onAbort } from "@mailwright/core/internal";
import type { ImapSession } from "../session/imap-session.js";

/** The octets of a message, piece by piece. */
export interface AppendOctets {
  readonly sizeBytes: number;
  readonly pieces: () => AsyncIterable<unknown> | Iterable<unknown>;
}

/** Larger ones go in pieces of this size: all but the last wait until the one before is on its way. */
export const MAX_PIECE_BYTES: number = 64 * 1024;

/** Sends the octets of a message once the server has asked for them. */
export class AppendUpload {
  readonly #session: ImapSession;
  readonly #octets: AppendOctets;
  readonly #signal: AbortSignal | undefined;
  #isStarted = false;
  #isComplete = false;

  constructor(session: ImapSession, octets: AppendOctets, signal: AbortSignal | undefined) {
    this.#session = session;
    this.#octets = octets;
    this.#signal = signal;
  }

  /** The last octet was handed over: until then the server cannot have stored the message. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** To be called when the server asks; more often does not matter. */
  start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    void this.#send();
  }

  async #send(): Promise<void> {
    const session = this.#session;
    const { sizeBytes } = this.#octets;
    const { output } = session.wire;
    // A socket that ends says neither "drain" nor "error": the source would stay open for ever.
    const ended = new AbortController();
    const stops = [session.onClosed(() => ended.abort()), onAbort(this.#signal, () => ended.abort())];
    let written = 0;
    try {
      for await (const chunk of this.#octets.pieces()) {
        const bytes = typeof chunk === "string" ? Buffer.from(chunk) : toBuffer(chunk);
        if (written + bytes.length > sizeBytes) throw new Error("more octets than sizeBytes");
        for (let at = 0; at < bytes.length; at += MAX_PIECE_BYTES) {
          const piece = bytes.subarray(at, at + MAX_PIECE_BYTES);
          written += piece.length;
          this.#isComplete = written === sizeBytes;
          if (!output.write(piece)) await once(output, "drain", { signal: ended.signal });
        }
      }
      if (written < sizeBytes) throw new Error("fewer octets than sizeBytes");
      this.#isComplete = true;
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
  }
}

function toBuffer(chunk: unknown): Buffer {
  if (chunk instanceof Uint8Array) return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  throw new Error("a chunk that is neither octets nor text");
}
