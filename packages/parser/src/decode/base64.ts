const LF = 0x0a;
const PAD = 0x3d;
const VALID = new Uint8Array(256);
for (const character of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_=\r\n\t ")
  VALID[character.charCodeAt(0)] = 1;
const SEXTETS = new Uint8Array(256);
for (const [value, character] of [
  ..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
].entries())
  SEXTETS[character.charCodeAt(0)] = value;
SEXTETS["-".charCodeAt(0)] = 62;
SEXTETS["_".charCodeAt(0)] = 63;
const FIRST_LINE_BYTES = 128;
/** A call into native code costs more than so many bytes do here. */
const SHORT_BYTES = 64;

/**
 * Decodes base64 (RFC 2045 §6.8) leniently: characters outside the alphabet are skipped, and pieces that were padded
 * one by one are decoded one by one. Answers `undefined` when the first line already shows that it is something else.
 */
export function decodeBase64(bytes: Buffer): Buffer | undefined {
  if (!startsLikeBase64(bytes)) return undefined;
  const firstPad = bytes.indexOf(PAD);
  if (firstPad < 0 || onlyPadding(bytes, firstPad)) return Buffer.from(bytes.toString("latin1"), "base64");
  const decoded = Buffer.allocUnsafe(Math.ceil((bytes.length * 3) / 4) + 3);
  let length = decoded.write(bytes.toString("latin1", 0, firstPad), 0, "base64");
  let from = skipPadding(bytes, firstPad);
  while (from < bytes.length) {
    const pad = bytes.indexOf(PAD, from);
    const end = pad < 0 ? bytes.length : skipPadding(bytes, pad);
    // What follows the padding is another piece only when it is whole; else it is a remark or a footer.
    if (isWhole(bytes, from, end)) length += decodePiece(bytes, from, end, decoded, length);
    from = end;
  }
  return decoded.subarray(0, length);
}

/** Writes the bytes of a whole piece to `target` and answers how many there are. */
function decodePiece(bytes: Buffer, from: number, end: number, target: Buffer, start: number): number {
  if (end - from > SHORT_BYTES) return target.write(bytes.toString("latin1", from, end), start, "base64");
  let length = start;
  let bits = 0;
  let buffered = 0;
  for (let at = from; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte <= 0x20 || byte === PAD) continue;
    buffered = ((buffered << 6) | (SEXTETS[byte] ?? 0)) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    target[length++] = buffered >> bits;
  }
  return length - start;
}

function skipPadding(bytes: Buffer, from: number): number {
  let at = from;
  while (bytes[at] === PAD) at++;
  return at;
}

function isWhole(bytes: Buffer, from: number, end: number): boolean {
  let count = 0;
  for (let at = from; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (VALID[byte] === 0) return false;
    if (byte > 0x20) count++;
  }
  return count % 4 === 0;
}

function startsLikeBase64(bytes: Buffer): boolean {
  let at = 0;
  while (at < bytes.length && (bytes[at] ?? 0) <= 0x20) at++;
  const stop = Math.min(bytes.length, at + FIRST_LINE_BYTES);
  for (; at < stop && bytes[at] !== LF && bytes[at] !== PAD; at++)
    if (VALID[bytes[at] ?? 0] === 0) return false;
  return true;
}

function onlyPadding(bytes: Buffer, from: number): boolean {
  if (bytes.length - from > 64) return false;
  for (let at = from; at < bytes.length; at++) if (bytes[at] !== PAD && (bytes[at] ?? 0) > 0x20) return false;
  return true;
}
