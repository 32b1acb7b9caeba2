const LF = 0x0a;
const NEAR_BYTES = 16;

/**
 * Offset of the LF that ends the line at `from`, or of the end of the bytes. Lines of a few bytes, as hostile messages
 * have them by the million, are read faster than searched natively.
 */
export function findLineEnd(bytes: Buffer, from: number): number {
  const near = Math.min(from + NEAR_BYTES, bytes.length);
  let at = from;
  while (at < near && bytes[at] !== LF) at++;
  if (at < near || at >= bytes.length) return at;
  const found = bytes.indexOf(LF, at);
  return found < 0 ? bytes.length : found;
}
