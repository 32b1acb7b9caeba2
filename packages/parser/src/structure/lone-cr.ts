import type { DefectLog } from "../message/defect-log.js";

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

/** Four bytes at a time where no LF is near: all of a large message may be like that, and most such have no LF at all. */
function replaceLoneCr(bytes: Buffer, first: number): Buffer {
  const copy = Buffer.from(new ArrayBuffer(bytes.length));
  bytes.copy(copy);
  const words = new Int32Array(copy.buffer, 0, bytes.length >>> 2);
  const hasLf = bytes.includes(LF);
  for (let index = first >>> 2; index < words.length; index++) {
    const word = words[index] ?? 0;
    const matches = bytesEqual(word, CR);
    if (matches === 0) continue;
    const start = index * 4;
    if (!hasLf || (bytesEqual(word, LF) === 0 && copy[start + 4] !== LF))
      words[index] = word ^ ((matches >>> 7) * (CR ^ LF));
    else replaceSome(copy, start, start + 4);
  }
  replaceSome(copy, words.length * 4, copy.length);
  return copy;
}

function replaceSome(copy: Buffer, from: number, to: number): void {
  for (let at = from; at < to; at++) if (copy[at] === CR && copy[at + 1] !== LF) copy[at] = LF;
}

/** Has the high bit set of each byte in the word that equals `byte`. */
function bytesEqual(word: number, byte: number): number {
  const difference = word ^ (byte * 0x01010101);
  return ~(((difference & 0x7f7f7f7f) + 0x7f7f7f7f) | difference | 0x7f7f7f7f);
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
