const LF = 0x0a;
/** A call into native code costs more than so many bytes do here. */
const NEAR_BYTES = 16;

/**
 * Offset of the LF that ends the line at `from`, or of the end of the bytes. Where there is one in every few bytes, as in
 * hostile messages, they are read faster than searched natively.
 */
export function findLineEnd(bytes: Buffer, from: number): number {
  const near = Math.min(from + NEAR_BYTES, bytes.length);
  let at = from;
  while (at < near && bytes[at] !== LF) at++;
  if (at < near || at >= bytes.length) return at;
  const found = bytes.indexOf(LF, at);
  return found < 0 ? bytes.length : found;
}
