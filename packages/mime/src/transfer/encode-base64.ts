import { asBuffer } from "../bytes/as-buffer.js";
import { BASE64_ALPHABET } from "../bytes/digits.js";

const GROUPS_PER_LINE = 19;

/** Two characters at a time, in this machine's byte order: the characters of twelve bits, and a line end. */
const PAIRS = /* @__PURE__ */ toPairs(
  /* @__PURE__ */ Array.from(
    { length: 4096 },
    (_, bits) => `${BASE64_ALPHABET[bits >> 6]}${BASE64_ALPHABET[bits & 63]}`,
  ),
);
const CRLF = /* @__PURE__ */ toPair("\r\n");

/**
 * Base64 in lines of 76 characters (RFC 2045 §6.8), with CRLF between them and none after the last. Node's own base64
 * has to be copied into lines afterwards, which takes longer than encoding.
 */
export function encodeBase64(content: Uint8Array): Buffer {
  const bytes = asBuffer(content);
  const groups = Math.ceil(bytes.length / 3);
  const breaks = Math.max(0, Math.ceil(groups / GROUPS_PER_LINE) - 1);
  const lines = Buffer.allocUnsafeSlow(groups * 4 + breaks * 2);
  const written = new Uint16Array(lines.buffer, lines.byteOffset, lines.length / 2);
  const whole = bytes.length - (bytes.length % 3);
  let at = 0;
  let left = GROUPS_PER_LINE;
  for (let from = 0; from < whole; from += 3) {
    if (left-- === 0) {
      written[at++] = CRLF;
      left = GROUPS_PER_LINE - 1;
    }
    const bits = ((bytes[from] ?? 0) << 16) | ((bytes[from + 1] ?? 0) << 8) | (bytes[from + 2] ?? 0);
    written[at++] = PAIRS[bits >> 12] ?? 0;
    written[at++] = PAIRS[bits & 4095] ?? 0;
  }
  if (whole < bytes.length) {
    if (left === 0) written[at++] = CRLF;
    lines.write(bytes.toString("base64", whole), at * 2, "latin1");
  }
  return lines;
}

function toPair(text: string): number {
  return toPairs([text])[0] ?? 0;
}

function toPairs(texts: readonly string[]): Uint16Array {
  const bytes = Buffer.from(texts.join(""), "latin1");
  // A copy, since a Buffer may lie at an odd place.
  return new Uint16Array(new Uint8Array(bytes).buffer);
}
