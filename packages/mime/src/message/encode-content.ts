import { isAscii } from "node:buffer";
import { toCrlfBytes, toCrlfText } from "../text/crlf.js";
import { encodeBase64 } from "../transfer/encode-base64.js";
import { encodeQuotedPrintable } from "../transfer/encode-quoted-printable.js";

/** A content as it goes into a message, and the value of Content-Transfer-Encoding that says how (RFC 2045 §6). */
export interface EncodedContent {
  readonly encoding: "7bit" | "8bit" | "quoted-printable" | "base64";
  readonly body: string | Buffer;
}

/** Longer ones get broken: they look as they were written, in every reader. */
const SHORT_LINE = 76;
/** RFC 5322 §2.1.1. */
const LONGEST_LINE = 998;
/** A message or several parts: they may not be encoded as a whole (RFC 2046 §5.2.1, RFC 2045 §6.4). */
const COMPOSITE = /^(?:message|multipart)\//i;
const NOT_PLAIN = /[^\t\r\n\x20-\x7e]/;
const SPACE = 0x20;
const DELETE = 0x7f;
const FIRST_LEAD_BYTE = 0xc0;

/** Text as it is where it is ASCII in short lines, else encoded; line ends become CRLF. */
export function encodeText(text: string): EncodedContent {
  if (!NOT_PLAIN.test(text)) {
    const body = toCrlfText(text);
    if (hasShortLines(body, SHORT_LINE)) return { encoding: "7bit", body };
  }
  return encodeLines(Buffer.from(text));
}

/** The same for bytes of any charset; where NUL shows that CR and LF may be halves of characters, they stay as they are. */
export function encodeTextBytes(bytes: Buffer): EncodedContent {
  return bytes.includes(0) ? { encoding: "base64", body: encodeBase64(bytes) } : encodeLines(bytes);
}

/** The bytes of a file in base64; of what may not be encoded it is only told what they hold. */
export function encodeFile(contentType: string, bytes: Buffer): EncodedContent {
  if (!COMPOSITE.test(contentType)) return { encoding: "base64", body: encodeBase64(bytes) };
  const body = toCrlfBytes(bytes);
  const isSevenBit = isAscii(body) && !body.includes(0) && hasShortLines(body, LONGEST_LINE);
  return { encoding: isSevenBit ? "7bit" : "8bit", body };
}

function encodeLines(text: Buffer): EncodedContent {
  const lines = toCrlfBytes(text);
  return isMostlyLetters(lines)
    ? { encoding: "quoted-printable", body: encodeQuotedPrintable(lines) }
    : { encoding: "base64", body: encodeBase64(lines) };
}

/** Of text whose line ends are CRLF: a search for the one character is cheaper than for both. */
function hasShortLines(text: string | Buffer, maxCharacters: number): boolean {
  for (let start = 0; start < text.length; ) {
    const found = text.indexOf("\n", start);
    const end = found < 0 ? text.length : found - 1;
    if (end - start > maxCharacters) return false;
    start = end + 2;
  }
  return true;
}

/** Whether more characters are letters of ASCII than need three bytes and more in quoted-printable. */
function isMostlyLetters(bytes: Buffer): boolean {
  let letters = 0;
  let others = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    const lower = byte | SPACE;
    if (lower >= 0x61 && lower <= 0x7a) letters++;
    else if (byte >= FIRST_LEAD_BYTE || byte === DELETE || (byte < SPACE && !isBlank(byte))) others++;
  }
  return others === 0 || others < letters;
}

function isBlank(byte: number): boolean {
  return byte === 0x09 || byte === 0x0a || byte === 0x0d;
}
