import { CHECKED_BYTES, isPiece, skipPadding, startsLikeBase64 } from "./decode-base64.js";

const PAD = 0x3d;
const LF = 0x0a;
const START_BYTES = 256;

/**
 * Where in the body the decoder is: before its first line is known; in a body that is no base64; in a piece, that is
 * before padding; behind padding, where another piece may come; in a footer, up to the next padding.
 */
type State = "start" | "none" | "piece" | "padding" | "footer";

/** Decodes base64 as `decodeBase64` does, from bytes that come in pieces of any size. */
export class Base64Decoder {
  #state: State = "start";
  /** Bytes about which the ones that follow decide: 64 KB at most. */
  #held: Buffer = Buffer.alloc(0);
  /** Characters of the piece that make no whole group yet. */
  #group = "";

  push(bytes: Uint8Array): Buffer {
    return this.#decode(Buffer.concat([this.#held, bytes]), false);
  }

  end(): Buffer {
    return Buffer.concat([this.#decode(this.#held, true), this.#endPiece()]);
  }

  #decode(source: Buffer, isEnd: boolean): Buffer {
    this.#held = Buffer.alloc(0);
    let bytes = source;
    if (this.#state === "start") {
      if (!isEnd && !showsStart(bytes)) return this.#hold(bytes);
      this.#state = startsLikeBase64(bytes) ? "piece" : "none";
    }
    if (this.#state === "none") return bytes;
    const decoded: Buffer[] = [];
    while (bytes.length > 0) {
      const [piece, rest] = this.#step(bytes, isEnd);
      if (piece !== undefined) decoded.push(piece);
      bytes = rest;
    }
    return Buffer.concat(decoded);
  }

  /** Decodes up to the next padding, or as far as can be told, and answers what is left. */
  #step(bytes: Buffer, isEnd: boolean): [decoded: Buffer | undefined, rest: Buffer] {
    const nothing = bytes.subarray(bytes.length);
    if (this.#state !== "padding") {
      const pad = bytes.indexOf(PAD);
      const end = pad < 0 ? bytes.length : pad;
      const decoded = this.#state === "piece" ? this.#decodeGroups(bytes.subarray(0, end)) : undefined;
      if (pad < 0) return [decoded, nothing];
      this.#state = "padding";
      return [
        decoded === undefined ? undefined : Buffer.concat([decoded, this.#endPiece()]),
        bytes.subarray(pad),
      ];
    }
    const from = skipPadding(bytes, 0);
    const pad = bytes.indexOf(PAD, from);
    const end = pad < 0 ? bytes.length : skipPadding(bytes, pad);
    const isOpen = end === bytes.length && !isEnd;
    if (isOpen && end - from <= CHECKED_BYTES) return [this.#hold(bytes.subarray(from)), nothing];
    const isWanted = isPiece(bytes, from, end);
    // A long one goes on for as long as it likes: it is known by its start.
    if (pad < 0 && isOpen) {
      this.#state = isWanted ? "piece" : "footer";
      return [undefined, bytes.subarray(from)];
    }
    return [isWanted ? fromBase64(bytes.subarray(from, end)) : undefined, bytes.subarray(end)];
  }

  #decodeGroups(bytes: Buffer): Buffer {
    const text = this.#group + bytes.toString("latin1").replace(/[^A-Za-z0-9+/_-]+/g, "");
    const whole = text.length - (text.length % 4);
    this.#group = text.slice(whole);
    return Buffer.from(text.slice(0, whole), "base64");
  }

  #endPiece(): Buffer {
    const decoded = Buffer.from(this.#group, "base64");
    this.#group = "";
    return decoded;
  }

  #hold(bytes: Buffer): Buffer {
    // A copy: the caller may use its memory again, and a small rest must not keep a large piece alive.
    this.#held = Buffer.from(bytes);
    return bytes.subarray(0, 0);
  }
}

function fromBase64(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString("latin1"), "base64");
}

/** Whether so much of the first line is here that it can be told from other text. */
function showsStart(bytes: Buffer): boolean {
  let at = 0;
  while (at < bytes.length && (bytes[at] ?? 0) <= 0x20) at++;
  if (at > CHECKED_BYTES || bytes.length - at >= START_BYTES) return true;
  return bytes.indexOf(LF, at) >= 0 || bytes.indexOf(PAD, at) >= 0;
}
