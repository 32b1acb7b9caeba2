const CR = 0x0d;
const LF = 0x0a;
const DOT = 0x2e;
const CRLF_DOT: Buffer = Buffer.from("\r\n.");
const CR_BYTE: Buffer = Buffer.from("\r");

const MIDDLE = 0;
const AFTER_CR = 1;
const LINE_START = 2;
const AFTER_DOT = 3;
const AFTER_DOT_CR = 4;

/**
 * Undoes dot-stuffing in the body of a multi-line reply (RFC 1939 §3), however the bytes are cut into
 * chunks. Only CRLF ends a line, and only a lone dot between two CRLF ends the body: what looks like an
 * end to a laxer reader (`LF . LF`) is content.
 */
export class DotDecoder {
  #state: number = LINE_START;

  /**
   * Decodes from `offset` and gives the content in order to `emit`, as views of `chunk`. Returns the offset
   * after the terminator, or -1 when the body goes on in the next chunk.
   */
  push(chunk: Buffer, offset: number, emit: (content: Buffer) => void): number {
    let at = offset;
    let start = offset;
    const flush = (end: number): void => {
      if (end > start) emit(chunk.subarray(start, end));
    };
    while (at < chunk.length) {
      const byte = chunk[at];
      switch (this.#state) {
        case MIDDLE: {
          const found = chunk.indexOf(CRLF_DOT, at);
          if (found < 0) {
            this.#state = stateAtEnd(chunk, at);
            at = chunk.length;
            break;
          }
          flush(found + 2);
          at = found + 3;
          start = at;
          this.#state = AFTER_DOT;
          break;
        }
        case AFTER_CR:
          if (byte === LF) {
            at++;
            this.#state = LINE_START;
          } else this.#state = MIDDLE;
          break;
        case LINE_START:
          if (byte === DOT) {
            flush(at);
            at++;
            start = at;
            this.#state = AFTER_DOT;
          } else this.#state = MIDDLE;
          break;
        case AFTER_DOT:
          if (byte === CR) {
            at++;
            start = at;
            this.#state = AFTER_DOT_CR;
          } else this.#state = MIDDLE;
          break;
        default:
          if (byte === LF) {
            this.#state = LINE_START;
            return at + 1;
          }
          emit(CR_BYTE);
          this.#state = AFTER_CR;
      }
    }
    flush(chunk.length);
    return -1;
  }
}

/** Where the text from `from` to the end of the chunk leaves off, when it holds no CRLF and dot. */
function stateAtEnd(chunk: Buffer, from: number): number {
  const last = chunk[chunk.length - 1];
  if (last === CR) return AFTER_CR;
  const endsLine = last === LF && chunk.length - from >= 2 && chunk[chunk.length - 2] === CR;
  return endsLine ? LINE_START : MIDDLE;
}
