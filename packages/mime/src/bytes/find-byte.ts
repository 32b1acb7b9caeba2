/** A call into native code costs more than so many bytes do here. */
const NEAR_BYTES = 16;

/**
 * Offset of the first such byte from `from` on, or of the end of the bytes. Where there is one in every few bytes, as in
 * hostile messages, they are read faster than searched natively.
 */
export function findByte(bytes: Buffer, byte: number, from: number): number {
  const near = Math.min(from + NEAR_BYTES, bytes.length);
  let at = from;
  while (at < near && bytes[at] !== byte) at++;
  if (at < near || at >= bytes.length) return at;
  const found = bytes.indexOf(byte, at);
  return found < 0 ? bytes.length : found;
}

/** Copies a range to where `target` has room for it, natively when it is long; answers where the copy ends. */
export function copyRange(bytes: Buffer, from: number, to: number, target: Buffer, start: number): number {
  if (to - from > NEAR_BYTES) target.set(bytes.subarray(from, to), start);
  else for (let at = from; at < to; at++) target[start + at - from] = bytes[at] ?? 0;
  return start + to - from;
}
