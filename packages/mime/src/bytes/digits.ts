// Tables are calls marked as pure, so that bundles of who uses none of them leave them out.
const HEX = /* @__PURE__ */ valuesOf("0123456789abcdef", "0123456789ABCDEF");

/** The alphabet of base64 (RFC 4648 §4), in the order of the values. */
export const BASE64_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** The six bits that a base64 character stands for; -1 for bytes that are none. */
export const SEXTETS: Int8Array = /* @__PURE__ */ valuesOf(BASE64_ALPHABET);

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

const HEX_PAIRS: readonly string[] = /* @__PURE__ */ Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).toUpperCase().padStart(2, "0"),
);

/** By byte: its place in an alphabet, or -1. */
function valuesOf(...alphabets: readonly string[]): Int8Array {
  const values = new Int8Array(256).fill(-1);
  for (const alphabet of alphabets)
    for (const [value, character] of [...alphabet].entries()) values[character.charCodeAt(0)] = value;
  return values;
}
