import { isUtf8 } from "node:buffer";
import { decodeCharset } from "../charset/decode-charset.js";
import { decodeWindows1252 } from "../charset/windows-1252.js";
import { decodeEncodedWords } from "./decode-encoded-words.js";

const SHORT = 32;

/**
 * Decodes unstructured header text: encoded-words (RFC 2047) and raw 8-bit bytes, which are UTF-8 (RFC 6532) when
 * they can be, and windows-1252 or ISO-2022-JP otherwise. `raw` holds one character per byte.
 */
export function decodeHeaderText(raw: string): string {
  if (!raw.includes("=?")) return decodeRawBytes(raw);
  return decodeEncodedWords(raw, decodeRawBytes);
}

/**
 * Decodes header bytes outside of encoded-words, or where none may stand (RFC 2047 §5): in an address, whose decoded
 * text could otherwise name somebody else. One character per byte in, text out.
 */
export function decodeRawBytes(raw: string): string {
  if (raw.includes("\u001b") && (raw.includes("\u001b$") || raw.includes("\u001b(")))
    return decodeCharset(Buffer.from(raw, "latin1"), "iso-2022-jp").text;
  if (!hasHighBytes(raw)) return raw;
  const bytes = Buffer.from(raw, "latin1");
  return isUtf8(bytes) ? bytes.toString("utf8") : decodeWindows1252(bytes);
}

/** Whether a string of one character per byte holds bytes past ASCII. */
export function hasHighBytes(raw: string): boolean {
  // A call into native code costs more than a look at a few characters.
  if (raw.length > SHORT) return Buffer.byteLength(raw) !== raw.length;
  for (let at = 0; at < raw.length; at++) if (raw.charCodeAt(at) > 0x7f) return true;
  return false;
}
