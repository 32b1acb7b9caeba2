import { DotDecoder } from "./dot-decoder.js";
import { parseStatusLine, type StatusLine } from "./status-line.js";

/** Takes the one reply that it waits for, in pieces as they come. */
export interface ReplySink {
  /** Whether a `+OK` is followed by lines up to a lone dot. */
  readonly isMultiline: boolean;
  status(status: StatusLine): void;
  /** Content of a multi-line reply, already unstuffed; a view that the reader does not touch again. */
  body(content: Buffer): void;
  /** The reply is complete. */
  end(): void;
}

/** The bytes of a server make no sense as replies. */
export class ReplySyntaxError extends Error {
  override readonly name = "ReplySyntaxError";
  /** `"unsolicited"`: nothing was asked. */
  readonly kind: "syntax" | "limit" | "unsolicited";
  /** The line at fault, cut short. */
  readonly line: Buffer;

  constructor(message: string, kind: "syntax" | "limit" | "unsolicited", line: Buffer = EMPTY) {
    super(message);
    this.kind = kind;
    this.line = line.subarray(0, 512);
  }
}

const CR = 0x0d;
const LF = 0x0a;
const EMPTY: Buffer = Buffer.alloc(0);

/**
 * Cuts a server's byte stream into replies and hands each to the sink that waits for it, first come first
 * served. Pure: knows no socket. Throws {@link ReplySyntaxError}, after which it must not be used again;
 * what a sink throws passes through.
 */
export class ReplyReader {
  readonly #waiting: ReplySink[] = [];
  readonly #maxLineBytes: number;
  #first = 0;
  #line: Buffer = EMPTY;
  #body: DotDecoder | undefined;

  constructor(maxLineBytes: number) {
    this.#maxLineBytes = maxLineBytes;
  }

  /** Replies still due, the one that is arriving included. */
  get pending(): number {
    return this.#waiting.length - this.#first;
  }

  /** A reply is due next after all that are due already. */
  expect(sink: ReplySink): void {
    this.#waiting.push(sink);
  }

  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length)
      at = this.#body === undefined ? this.#pushLine(chunk, at) : this.#pushBody(chunk, at);
  }

  #pushLine(chunk: Buffer, from: number): number {
    const end = chunk.indexOf(LF, from);
    const piece = chunk.subarray(from, end < 0 ? chunk.length : end + 1);
    const line = this.#line.length === 0 ? piece : Buffer.concat([this.#line, piece]);
    if (this.pending === 0) {
      throw new ReplySyntaxError("The server spoke without being asked", "unsolicited", line);
    }
    if (line.length > this.#maxLineBytes) {
      throw new ReplySyntaxError(`A line is longer than ${this.#maxLineBytes} bytes`, "limit");
    }
    if (end < 0) {
      this.#line = line;
      return chunk.length;
    }
    this.#line = EMPTY;
    this.#status(line);
    return end + 1;
  }

  #status(line: Buffer): void {
    const status = line.at(-2) === CR ? parseStatusLine(line.subarray(0, -2)) : undefined;
    if (status === undefined) throw new ReplySyntaxError("This is no POP3 reply", "syntax", line);
    const sink = this.#waiting[this.#first];
    sink?.status(status);
    if (status.kind === "ok" && sink?.isMultiline === true) this.#body = new DotDecoder();
    else this.#end();
  }

  #pushBody(chunk: Buffer, from: number): number {
    const sink = this.#waiting[this.#first];
    const end = this.#body?.push(chunk, from, (content) => sink?.body(content)) ?? -1;
    if (end < 0) return chunk.length;
    this.#body = undefined;
    this.#end();
    return end;
  }

  #end(): void {
    const sink = this.#waiting[this.#first];
    this.#first++;
    if (this.#first > 64 && this.#first * 2 > this.#waiting.length) {
      this.#waiting.splice(0, this.#first);
      this.#first = 0;
    }
    sink?.end();
  }
}
