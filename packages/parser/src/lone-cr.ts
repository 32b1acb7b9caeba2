import type { DefectLog } from "./defect.js";

const LF = 0x0a;
const CR = 0x0d;
const SAMPLE_BYTES = 16_384;

/**
 * Reads CR as the line end in messages of systems that use it alone (old Mac OS). Offsets stay as they are, because a
 * CR is exchanged for an LF in a copy.
 */
export function withLfForLoneCr(bytes: Buffer, defects: DefectLog): Buffer {
  const firstCr = bytes.indexOf(CR);
  if (firstCr < 0 || bytes[firstCr + 1] === LF) return bytes;
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  if (countLoneCr(sample) <= countByte(sample, LF)) return bytes;
  defects.add("mixed-line-ends", "lines end with CR alone");
  return replaceLoneCr(bytes, firstCr);
}

/** From the end, so that each byte is read once. */
function replaceLoneCr(bytes: Buffer, first: number): Buffer {
  const copy = Buffer.from(bytes);
  let next = 0;
  for (let at = copy.length - 1; at >= first; at--) {
    const byte = copy[at] ?? 0;
    if (byte === CR && next !== LF) copy[at] = LF;
    next = byte;
  }
  return copy;
}

function countLoneCr(sample: Buffer): number {
  let count = 0;
  for (let at = sample.indexOf(CR); at >= 0; at = sample.indexOf(CR, at + 1))
    if (sample[at + 1] !== LF) count++;
  return count;
}

function countByte(sample: Buffer, byte: number): number {
  let count = 0;
  for (let at = sample.indexOf(byte); at >= 0; at = sample.indexOf(byte, at + 1)) count++;
  return count;
}
