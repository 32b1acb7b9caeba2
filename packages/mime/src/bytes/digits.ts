const HEX = new Int8Array(256).fill(-1);
for (let digit = 0; digit < 16; digit++) {
  HEX[digit.toString(16).charCodeAt(0)] = digit;
  HEX[digit.toString(16).toUpperCase().charCodeAt(0)] = digit;
}

/** The alphabet of base64 (RFC 4648 §4), in the order of the values. */
export const BASE64_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** The six bits that a base64 character stands for; -1 for bytes that are none. */
export const SEXTETS: Int8Array = new Int8Array(256).fill(-1);
for (const [value, character] of [...BASE64_ALPHABET].entries()) SEXTETS[character.charCodeAt(0)] = value;

/** The byte that two hexadecimal digits stand for, given as character codes; -1 when they are none. */
export function hexByte(high: number | undefined, low: number | undefined): number {
  const left = HEX[high ?? 0] ?? -1;
  const right = HEX[low ?? 0] ?? -1;
  return left < 0 || right < 0 ? -1 : left * 16 + right;
}

/** Two hexadecimal digits in upper case, as quoted-printable and percent-encoding want them. */
export function toHexPair(byte: number): string {
  return HEX_PAIRS[byte] ?? "";
}

const HEX_PAIRS: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).toUpperCase().padStart(2, "0"),
);
