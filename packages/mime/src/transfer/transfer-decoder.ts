import { asBuffer } from "../bytes/as-buffer.js";
import { Base64Decoder } from "./base64-decoder.js";
import { decodeEscapes } from "./decode-quoted-printable.js";

/** Undoes a transfer encoding piece by piece: what a piece ends in the middle of waits for the next one. */
export interface TransferDecoder {
  push(bytes: Uint8Array): Buffer;
  /** What was still waiting; nothing may be pushed afterwards. */
  end(): Buffer;
}

/**
 * A decoder for a body that comes in pieces, by its Content-Transfer-Encoding. Together they decode to what
 * `decodeTransferEncoding` makes of the whole; unknown encodings, and uuencode, pass through as they are.
 */
export function createTransferDecoder(encoding: string): TransferDecoder {
  switch (encoding.trim().toLowerCase()) {
    case "base64":
      return new Base64Decoder();
    case "quoted-printable":
      return new QuotedPrintableDecoder();
    default:
      return { push: asBuffer, end: () => Buffer.alloc(0) };
  }
}

const EQUALS = 0x3d;
const BLANKS: ReadonlySet<number | undefined> = new Set([0x20, 0x09, 0x0d]);
/** White space that may prove to stand at the end of a line; no line has so much of it. */
const MAX_BLANKS = 65_536;

class QuotedPrintableDecoder implements TransferDecoder {
  #rest: Buffer = Buffer.alloc(0);

  push(bytes: Uint8Array): Buffer {
    const all = Buffer.concat([this.#rest, bytes]);
    const cut = safeCut(all);
    // A copy: the caller may use its memory again.
    this.#rest = Buffer.from(all.subarray(cut));
    return decodeEscapes(all.subarray(0, cut), false);
  }

  end(): Buffer {
    return decodeEscapes(this.#rest, true);
  }
}

/** Before white space that a line end may follow, and before an escape that may be half here. */
function safeCut(bytes: Buffer): number {
  let cut = bytes.length;
  while (cut > 0 && BLANKS.has(bytes[cut - 1])) cut--;
  if (bytes[cut - 1] === EQUALS) cut--;
  else if (cut === bytes.length && bytes[cut - 2] === EQUALS) cut -= 2;
  return bytes.length - cut > MAX_BLANKS ? bytes.length : cut;
}
