import { Readable, type Writable } from "node:stream";
import { TLSSocket } from "node:tls";
import { stuffDots } from "../wire/stuff-dots.js";

/** What fits into the first flight of a connection leaves together with its dot. */
const JOINED_BYTES = 14 * 1024;
const PIECE_BYTES = 256 * 1024;
const FINAL_DOT = Buffer.from(".\r\n");

/** Follows the body of a message onto the wire, and may keep it back. */
export interface BodyEvents {
  /** The server wants the body. */
  readonly onStart: () => void;
  /** Asked before each piece and before the dot; after a `false` nothing more goes out. */
  readonly mayGoOn: () => boolean;
  /** The final dot is about to be written: from now on the server may have the message. */
  readonly onDot: () => void;
  /** Begins the next message behind the dot, in the course of the microtasks that follow; `false` when there is none. */
  readonly beginNext: () => boolean;
  /** The dot has left this process: what comes in from now on can be the answer to it. */
  readonly onDotSent: () => void;
}

/**
 * The bytes of a message on their way to the socket. nodemailer asks for them only after 354, and the dot is
 * written here: so it is known exactly whether the server can have accepted the message.
 */
export class MessageBody extends Readable {
  readonly #bytes: Buffer;
  readonly #socket: Writable;
  readonly #events: BodyEvents;
  #offset = 0;

  /** The message has to have CRLF line ends throughout. */
  constructor(bytes: Buffer, socket: Writable, events: BodyEvents) {
    super();
    this.#bytes = bytes;
    this.#socket = socket;
    this.#events = events;
  }

  /**
   * QUIRK: nodemailer 10.6 puts a stream before the socket that looks at every byte in JavaScript, most of the
   * time that a large message takes, and that writes the dot at a moment which cannot be seen from outside.
   */
  override pipe<T extends NodeJS.WritableStream>(destination: T): T {
    if (destination instanceof Readable) destination.unpipe(this.#socket);
    this.#events.onStart();
    if (this.#bytes.length <= JOINED_BYTES) this.#writeAtOnce();
    else this.#writeNext();
    return destination;
  }

  /** Nobody reads it: it goes to the socket by itself. */
  override _read(): void {}

  #writeAtOnce(): void {
    if (this.#mayGoOn()) this.#writeDot(stuffDots(this.#bytes, 0, this.#bytes.length));
  }

  /** A piece at a time, the next when the system has taken it: so little is on its way when there is a reason to stop. */
  #writeNext(): void {
    if (!this.#mayGoOn()) return;
    if (this.#offset === this.#bytes.length) return this.#writeDot();
    const end = Math.min(this.#offset + PIECE_BYTES, this.#bytes.length);
    const piece = stuffDots(this.#bytes, this.#offset, end);
    this.#offset = end;
    this.#socket.write(piece, (error) => {
      if (!error) this.#writeNext();
    });
  }

  #writeDot(rest?: Buffer): void {
    const socket = this.#socket;
    const isLate = socket instanceof TLSSocket;
    this.#events.onDot();
    socket.cork();
    socket.write(rest === undefined ? FINAL_DOT : Buffer.concat([rest, FINAL_DOT]), (error) => {
      if (!error && !isLate) this.#events.onDotSent();
    });
    const flush = (): void => {
      socket.uncork();
      // QUIRK: Node 20 tells of a write through TLS up to a turn of the event loop after it was done, and the
      // answer may be in by then. What went before the dot has left, so the dot has nothing to wait for.
      if (isLate && !socket.destroyed) this.#events.onDotSent();
    };
    // In one segment with the next commands, or a server with Nagle's algorithm answers them after our delayed ACK.
    if (this.#events.beginNext()) queueMicrotask(() => process.nextTick(flush));
    else flush();
  }

  #mayGoOn(): boolean {
    return !this.destroyed && this.#socket.writable && this.#events.mayGoOn();
  }
}
