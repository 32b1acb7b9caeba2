import type { Writable } from "node:stream";
import { TLSSocket } from "node:tls";
import { stuffDots } from "../wire/stuff-dots.js";

/** What fits into the first flight of a connection leaves together with its end. */
const JOINED_BYTES = 14 * 1024;
const PIECE_BYTES = 256 * 1024;
const FINAL_DOT = Buffer.from(".\r\n");
const NOTHING = Buffer.alloc(0);

/** How a message is framed: as lines behind `DATA` that end in a dot, or as one counted chunk (RFC 3030 §2). */
export type Transfer = "data" | "chunk";

/** Follows the body of a message onto the wire, and may keep it back. */
export interface BodyEvents {
  /** Asked before each piece and before the end; after a `false` nothing more goes out. */
  readonly mayGoOn: () => boolean;
  /** The dot or the end of the chunk is about to be written: from now on the server may have the message. */
  readonly onEnd: () => void;
  /** Begins the next message behind the end, in the course of the microtasks that follow; `false` when there is none. */
  readonly beginNext: () => boolean;
  /** The end has left this process: what comes in from now on can be the answer to it. */
  readonly onEndSent: () => void;
}

/** Writes the body of a message, with CRLF line ends throughout, so that it is known exactly when its end has left. */
export class BodyWriter {
  readonly #bytes: Buffer;
  readonly #transfer: Transfer;
  readonly #socket: Writable;
  readonly #events: BodyEvents;
  #offset = 0;
  #isStopped = false;

  constructor(bytes: Buffer, transfer: Transfer, socket: Writable, events: BodyEvents) {
    this.#bytes = bytes;
    this.#transfer = transfer;
    this.#socket = socket;
    this.#events = events;
  }

  /** Writes the first piece; the others follow as the system takes them. */
  start(): void {
    this.#writeNext();
  }

  /** Nothing more goes out. */
  stop(): void {
    this.#isStopped = true;
  }

  /** A piece at a time, the next when the system has taken it: so little is on its way when there is a reason to stop. */
  #writeNext(): void {
    const { length } = this.#bytes;
    if (this.#isStopped || !this.#socket.writable || !this.#events.mayGoOn()) return;
    if (length - this.#offset <= JOINED_BYTES) return this.#writeEnd();
    const end = Math.min(this.#offset + PIECE_BYTES, length - JOINED_BYTES);
    this.#socket.write(this.#framed(end), (error) => {
      if (!error) this.#writeNext();
    });
  }

  #writeEnd(): void {
    const socket = this.#socket;
    const isLate = socket instanceof TLSSocket;
    const last = this.#framed(this.#bytes.length);
    this.#events.onEnd();
    socket.cork();
    socket.write(this.#transfer === "data" ? Buffer.concat([last, FINAL_DOT]) : last, (error) => {
      if (!error && !isLate) this.#events.onEndSent();
    });
    const flush = (): void => {
      socket.uncork();
      // QUIRK: Node 20 tells of a write through TLS up to a turn of the event loop after it was done, and the
      // answer may be in by then. What went before the end has left, so the end has nothing to wait for.
      if (isLate && !socket.destroyed) this.#events.onEndSent();
    };
    // In one segment with the next commands, or a server with Nagle's algorithm answers them after our delayed ACK.
    if (this.#events.beginNext()) queueMicrotask(() => process.nextTick(flush));
    else flush();
  }

  /** What comes next, up to this place in the message. */
  #framed(end: number): Buffer {
    const start = this.#offset;
    this.#offset = end;
    if (this.#transfer === "data") return stuffDots(this.#bytes, start, end);
    const head = start === 0 ? Buffer.from(`${chunkCommand(this.#bytes)}\r\n`) : NOTHING;
    return Buffer.concat([head, this.#bytes.subarray(start, end)]);
  }
}

/** The whole message in one chunk: the only form that is used. */
export function chunkCommand(bytes: Buffer): string {
  return `BDAT ${bytes.length} LAST`;
}
