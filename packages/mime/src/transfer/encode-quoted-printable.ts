import { toHexPair } from "../bytes/digits.js";

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;
const DOT = 0x2e;
const EQUALS = 0x3d;
/** With the `=` of a soft line break a line has 76 characters. */
const LINE_BYTES = 75;
const ESCAPED_BYTES = 3;
const FROM = /* @__PURE__ */ Buffer.from("From ");

/** By byte: the two characters that follow the `=`, in this machine's memory as latin1. */
const PAIRS: readonly Buffer[] = /* @__PURE__ */ Array.from({ length: 256 }, (_, byte) =>
  Buffer.from(toHexPair(byte), "latin1"),
);

/**
 * Quoted-printable in lines of 76 characters at most (RFC 2045 §6.7). CRLF is a line end; a CR or LF alone is data and
 * gets encoded, and so does what gateways are known to change: white space at the end of a line, a dot and `From ` at the
 * start of one (RFC 2049 §3).
 */
export function encodeQuotedPrintable(bytes: Uint8Array): Buffer {
  const encoded = Buffer.allocUnsafe(mostBytes(bytes.length));
  let length = 0;
  let column = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === CR && bytes[at + 1] === LF) {
      encoded[length++] = CR;
      encoded[length++] = LF;
      column = 0;
      at++;
      continue;
    }
    const isLiteral = isPlain(bytes, at, byte);
    if (column + (isLiteral ? 1 : ESCAPED_BYTES) > LINE_BYTES) {
      encoded[length++] = EQUALS;
      encoded[length++] = CR;
      encoded[length++] = LF;
      column = 0;
    }
    if (isLiteral && !(column === 0 && isChangedAtStart(bytes, at, byte))) {
      encoded[length++] = byte;
      column += 1;
    } else {
      encoded[length++] = EQUALS;
      encoded[length++] = PAIRS[byte]?.[0] ?? 0;
      encoded[length++] = PAIRS[byte]?.[1] ?? 0;
      column += ESCAPED_BYTES;
    }
  }
  return encoded.subarray(0, length);
}

function mostBytes(length: number): number {
  const escaped = length * ESCAPED_BYTES;
  return escaped + Math.ceil(escaped / (LINE_BYTES - ESCAPED_BYTES + 1)) * 3 + ESCAPED_BYTES;
}

function isPlain(bytes: Uint8Array, at: number, byte: number): boolean {
  if (byte !== SPACE && byte !== TAB) return byte > SPACE && byte < 0x7f && byte !== EQUALS;
  return at + 1 < bytes.length && !(bytes[at + 1] === CR && bytes[at + 2] === LF);
}

/** SMTP doubles the dot, mailboxes quote `From `, and not all of them undo it. */
function isChangedAtStart(bytes: Uint8Array, at: number, byte: number): boolean {
  if (byte === DOT) return true;
  return byte === FROM[0] && FROM.every((wanted, index) => bytes[at + index] === wanted);
}
