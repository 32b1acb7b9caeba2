import { findByte } from "./find-byte.js";

const LF = 0x0a;

/** Offset of the LF that ends the line at `from`, or of the end of the bytes. */
export function findLineEnd(bytes: Buffer, from: number): number {
  return findByte(bytes, LF, from);
}
