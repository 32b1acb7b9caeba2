import type { ResolvedImapLimits } from "../imap-limits.js";
import { ByteGatherer } from "./byte-gatherer.js";
import { lineStop, readLineEnd } from "./line-end.js";
import { type LiteralPlace, OpenResponse } from "./open-response.js";
import { tooMuch } from "./too-much.js";
import type { WireResponse } from "./wire-node.js";

/** Takes the octets of a literal as they come. */
export type LiteralSink = (bytes: Uint8Array) => void;

/** What is done with what a server sends. */
export interface ResponseTaker {
  /** Takes a complete response, and how many bytes it had. */
  response(response: WireResponse, sizeBytes: number): void;
  /** Hears of every line without its end, and of the literal that it announces. */
  line?(line: Buffer, literalBytes: number | undefined): void;
  /** May take the octets of a literal that begins; they are kept for the response otherwise. */
  literal?(sizeBytes: number, place: LiteralPlace): LiteralSink | undefined;
}

const LINE_FEED = 0x0a;

/**
 * Cuts what a server sends into responses and reads them (RFC 9051 §7; RFC 3501; and what servers make of both). The
 * same comes out however the bytes were split. It keeps no more than the limits allow of what has arrived, and
 * throws `"limit"` for what would be more; it is of no use after that.
 */
export class ResponseReader {
  readonly #limits: Pick<ResolvedImapLimits, "maxLineBytes" | "maxLiteralBytes">;
  readonly #taker: ResponseTaker;
  readonly #gathered = new ByteGatherer();
  #open: OpenResponse | undefined;
  #sink: LiteralSink | undefined;
  #isInLiteral = false;
  #literalBytes = 0;
  #literalLeft = 0;
  #responseBytes = 0;
  #allowedBytes = Number.POSITIVE_INFINITY;
  #isStopped = false;

  constructor(limits: Pick<ResolvedImapLimits, "maxLineBytes" | "maxLiteralBytes">, taker: ResponseTaker) {
    this.#limits = limits;
    this.#taker = taker;
  }

  /** How many octets of literals may come from now on, whatever was announced elsewhere. */
  allow(bytes: number): void {
    this.#allowedBytes = bytes;
  }

  /** Nothing of a response has come that is not complete. */
  get isBetween(): boolean {
    return this.#open === undefined && this.#gathered.length === 0;
  }

  /** Takes nothing behind the response that is being handed over; {@link push} answers with it. */
  stop(): void {
    this.#isStopped = true;
  }

  /** Reads on. Answers with what came behind the response that {@link stop} was called in. */
  push(chunk: Buffer): Buffer | undefined {
    let at = 0;
    while (at < chunk.length && !this.#isStopped) {
      at = this.#isInLiteral ? this.#pushLiteral(chunk, at) : this.#pushLine(chunk, at);
    }
    if (!this.#isStopped) return undefined;
    this.#isStopped = false;
    return chunk.subarray(at);
  }

  #pushLine(chunk: Buffer, at: number): number {
    const lineFeed = chunk.indexOf(LINE_FEED, at);
    const end = lineFeed < 0 ? chunk.length : lineFeed;
    if (this.#gathered.length + end - at > this.#limits.maxLineBytes) {
      throw tooMuch(`a line of more than ${this.#limits.maxLineBytes} bytes`);
    }
    if (lineFeed < 0) this.#gathered.push(chunk.subarray(at, end));
    else if (this.#gathered.length === 0) this.#readLine(chunk.subarray(at, lineStop(chunk, at, end)));
    else {
      this.#gathered.push(chunk.subarray(at, end));
      const line = this.#gathered.take();
      this.#readLine(line.subarray(0, lineStop(line, 0, line.length)));
    }
    return lineFeed < 0 ? end : end + 1;
  }

  #readLine(full: Buffer): void {
    const isFirst = this.#open === undefined;
    const line = isFirst ? withoutPadding(full) : full;
    if (isFirst && line.length === 0) return;
    this.#keep(line.length);
    const open = this.#open ?? new OpenResponse(line);
    this.#open = open;
    const { end, literalBytes } = open.isText
      ? { end: line.length, literalBytes: undefined }
      : readLineEnd(line);
    if (isFirst) open.readFirst(line, end);
    else open.readNext(line, end);
    this.#taker.line?.(line.subarray(0, end), literalBytes);
    if (literalBytes !== undefined) this.#beginLiteral(open, literalBytes);
    else {
      const sizeBytes = this.#responseBytes;
      this.#open = undefined;
      this.#responseBytes = 0;
      this.#taker.response(open.finish(), sizeBytes);
    }
  }

  #beginLiteral(open: OpenResponse, sizeBytes: number): void {
    if (sizeBytes > this.#allowedBytes) throw tooMuch("more octets than were asked for");
    this.#allowedBytes -= sizeBytes;
    this.#sink = this.#taker.literal?.(sizeBytes, open);
    if (this.#sink === undefined) {
      const { maxLiteralBytes } = this.#limits;
      if (sizeBytes > maxLiteralBytes) throw tooMuch(`a literal of more than ${maxLiteralBytes} bytes`);
      this.#keep(sizeBytes);
      this.#gathered.expect(sizeBytes);
    }
    this.#literalBytes = sizeBytes;
    this.#literalLeft = sizeBytes;
    this.#isInLiteral = sizeBytes > 0;
    if (sizeBytes === 0) this.#endLiteral(open);
  }

  #pushLiteral(chunk: Buffer, at: number): number {
    const end = Math.min(chunk.length, at + this.#literalLeft);
    const piece = chunk.subarray(at, end);
    this.#literalLeft -= piece.length;
    if (this.#sink === undefined) this.#gathered.push(piece);
    else this.#sink(piece);
    if (this.#literalLeft === 0 && this.#open !== undefined) this.#endLiteral(this.#open);
    return end;
  }

  #endLiteral(open: OpenResponse): void {
    open.addLiteral(this.#sink === undefined ? this.#gathered.take() : undefined, this.#literalBytes);
    this.#sink = undefined;
    this.#isInLiteral = false;
  }

  #keep(bytes: number): void {
    const { maxLiteralBytes, maxLineBytes } = this.#limits;
    this.#responseBytes += bytes;
    if (this.#responseBytes > maxLiteralBytes + LINES * maxLineBytes)
      throw tooMuch("a response of too many bytes");
  }
}

/** Beside its literals a response may have so many times the longest line. */
const LINES = 16;

/** QUIRK: some servers put NUL before a line. */
function withoutPadding(line: Buffer): Buffer {
  let at = 0;
  while (line[at] === 0) at += 1;
  return at === 0 ? line : line.subarray(at);
}
