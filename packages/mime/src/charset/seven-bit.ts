const ESCAPE = 0x1b;
const SHIFT_OUT = 0x0e;
const SHIFT_IN = 0x0f;
const LF = 0x0a;
const TILDE = 0x7e;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** An escape sequence of ISO-2022-JP with another one directly behind it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences start with one.
const IDLE_ESCAPES = /\x1b(?:\([BIJ]|\$[@B])(?=\x1b[($])/g;

/**
 * ISO-2022-JP without the escape sequences that nothing follows. Encoded-words end in ASCII and the next one goes back
 * to kanji: joined, they have such sequences, for which `TextDecoder` answers U+FFFD.
 */
export function withoutIdleEscapes(bytes: Buffer): Buffer {
  if (!bytes.includes(ESCAPE)) return bytes;
  const text = bytes.toString("latin1");
  const shortened = text.replace(IDLE_ESCAPES, "");
  return shortened.length === text.length ? bytes : Buffer.from(shortened, "latin1");
}

/** ISO-2022-KR (RFC 1557) as EUC-KR: between SO and SI, or the end of the line, each byte gets its high bit. */
export function toEucKr(bytes: Buffer): Buffer {
  const converted = Buffer.allocUnsafe(bytes.length);
  let length = 0;
  let isKorean = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === ESCAPE && bytes.toString("latin1", at, at + 4) === "\x1b$)C") at += 3;
    else if (byte === SHIFT_OUT || byte === SHIFT_IN) isKorean = byte === SHIFT_OUT;
    else {
      if (byte === LF) isKorean = false;
      converted[length++] = isKorean && byte > 0x20 ? byte | 0x80 : byte;
    }
  }
  return converted.subarray(0, length);
}

/** HZ (RFC 1843) as GBK: between `~{` and `~}` each byte gets its high bit. */
export function toGbk(bytes: Buffer): Buffer {
  const converted = Buffer.allocUnsafe(bytes.length);
  let length = 0;
  let isChinese = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    const next = byte === TILDE ? bytes[at + 1] : undefined;
    if (next === OPEN || next === CLOSE) isChinese = next === OPEN;
    else if (next === TILDE && !isChinese) converted[length++] = TILDE;
    else if (next !== LF || isChinese) {
      if (byte === LF) isChinese = false;
      converted[length++] = isChinese && byte > 0x20 ? byte | 0x80 : byte;
      continue;
    }
    at++;
  }
  return converted.subarray(0, length);
}
