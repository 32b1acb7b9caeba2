const LF = 0x0a;
const CR = 0x0d;
const LONGEST_LINE = 1_000;
/** A string of so many characters is made and thrown away at no cost; one of megabytes is not. */
const STROKE_BYTES = 40_000;

/**
 * Decodes base64 without padding, but for its end, into `target`; answers with how many bytes that are. Long bodies go in
 * strokes of whole lines, as long as these are of one length and hold nothing else: so no group is cut in two.
 */
export function writeBase64(bytes: Buffer, target: Buffer): number {
  let at = 0;
  let length = 0;
  const { lineBytes, characters } = bytes.length > STROKE_BYTES ? firstLine(bytes) : NO_LINES;
  if (characters > 0) {
    const lines = Math.floor(STROKE_BYTES / lineBytes);
    const strokeBytes = lines * lineBytes;
    const decodedBytes = (lines * characters * 3) / 4;
    for (; at + strokeBytes < bytes.length; at += strokeBytes) {
      if (!hasEqualLines(bytes, at, at + strokeBytes, lineBytes, characters)) break;
      const text = bytes.toString("latin1", at, at + strokeBytes);
      // Another number means that a group is cut, or that something in the lines is no base64: the rest is read as one.
      if (target.write(text, length, "base64") !== decodedBytes) break;
      length += decodedBytes;
    }
  }
  return length + target.write(bytes.toString("latin1", at), length, "base64");
}

interface Line {
  readonly lineBytes: number;
  /** Without its end. */
  readonly characters: number;
}

const NO_LINES: Line = { lineBytes: 0, characters: 0 };

function firstLine(bytes: Buffer): Line {
  const end = bytes.subarray(0, LONGEST_LINE).indexOf(LF);
  if (end < 0) return NO_LINES;
  return { lineBytes: end + 1, characters: bytes[end - 1] === CR ? end - 1 : end };
}

/** Whether every line ends where the first one does. */
function hasEqualLines(
  bytes: Buffer,
  start: number,
  end: number,
  lineBytes: number,
  characters: number,
): boolean {
  const hasCr = characters === lineBytes - 2;
  for (let at = start + characters; at < end; at += lineBytes) {
    if (bytes[at] !== (hasCr ? CR : LF) || bytes[at + lineBytes - characters - 1] !== LF) return false;
  }
  return true;
}
