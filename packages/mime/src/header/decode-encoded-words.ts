import { hexByte } from "../bytes/digits.js";
import { decodeCharset } from "../charset/decode-charset.js";

interface EncodedWord {
  readonly charset: string;
  readonly bytes: Buffer;
  readonly end: number;
}

const MAX_CHARSET_LENGTH = 64;

/**
 * Decodes the encoded-words in `raw` (RFC 2047) and hands what stands between them to `decodePlain`. White space
 * between two of them is dropped, and neighbours of one charset are joined before decoding, because senders split
 * characters across words.
 */
export function decodeEncodedWords(raw: string, decodePlain: (raw: string) => string): string {
  const only = raw.startsWith("=?") ? readEncodedWord(raw, 0) : undefined;
  // The name of nearly every sender that needs one is a single word.
  if (only?.end === raw.length) return decodeCharset(only.bytes, only.charset).text;
  let text = "";
  let plainFrom = 0;
  let at = raw.indexOf("=?");
  let pending: { charset: string; chunks: Buffer[] } | undefined;
  const flush = (): void => {
    if (pending === undefined) return;
    const { chunks, charset } = pending;
    const [first] = chunks;
    const bytes = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
    text += decodeCharset(bytes, charset).text;
    pending = undefined;
  };
  // Without another "?=" no further word can end: remembered, so that "=?" repeated stays linear.
  const lastTerminator = raw.lastIndexOf("?=");
  while (at >= 0 && at < lastTerminator) {
    const word = readEncodedWord(raw, at);
    if (word === undefined) {
      at = raw.indexOf("=?", at + 2);
      continue;
    }
    const between = raw.slice(plainFrom, at);
    const adjacent = pending !== undefined && isWhiteSpace(between);
    if (!adjacent) {
      flush();
      text += decodePlain(between);
    }
    if (pending !== undefined && pending.charset === word.charset) pending.chunks.push(word.bytes);
    else {
      flush();
      pending = { charset: word.charset, chunks: [word.bytes] };
    }
    plainFrom = word.end;
    at = raw.indexOf("=?", plainFrom);
  }
  flush();
  return text + decodePlain(raw.slice(plainFrom));
}

/** Finds the end of the encoded-word that starts at `at`, or -1 when none does. */
export function encodedWordEnd(raw: string, at: number): number {
  const head = readHead(raw, at);
  if (head === undefined) return -1;
  // A word holds neither space nor "?": what goes on past them is something else.
  for (let end = head.textStart; end < raw.length; end++) {
    const character = raw[end];
    if (character === "?") return raw[end + 1] === "=" ? end + 2 : -1;
    if (character === " " || character === "\t") return -1;
  }
  return -1;
}

function readEncodedWord(raw: string, at: number): EncodedWord | undefined {
  const head = readHead(raw, at);
  if (head === undefined) return undefined;
  const textEnd = raw.indexOf("?=", head.textStart);
  if (textEnd < 0) return undefined;
  const text = raw.slice(head.textStart, textEnd);
  const bytes = head.encoding === "b" ? Buffer.from(text, "base64") : decodeQ(text);
  return { charset: head.charset, bytes, end: textEnd + 2 };
}

function readHead(
  raw: string,
  at: number,
): { charset: string; encoding: string; textStart: number } | undefined {
  let mark = at + 2;
  const stop = Math.min(raw.length, mark + MAX_CHARSET_LENGTH);
  while (mark < stop && raw[mark] !== "?" && raw[mark] !== " " && raw[mark] !== "=") mark++;
  if (raw[mark] !== "?" || raw[mark + 2] !== "?") return undefined;
  const encoding = raw[mark + 1]?.toLowerCase();
  if (encoding !== "b" && encoding !== "q") return undefined;
  const named = raw.slice(at + 2, mark).toLowerCase();
  // RFC 2231 §5 allows a language after the charset.
  const star = named.indexOf("*");
  return { charset: star < 0 ? named : named.slice(0, star), encoding, textStart: mark + 3 };
}

function decodeQ(text: string): Buffer {
  const bytes = Buffer.allocUnsafe(text.length);
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x5f) bytes[length++] = 0x20;
    else if (code === 0x3d) {
      const value = hexByte(text.charCodeAt(at + 1), text.charCodeAt(at + 2));
      if (value < 0) bytes[length++] = code;
      else {
        bytes[length++] = value;
        at += 2;
      }
    } else bytes[length++] = code;
  }
  return bytes.subarray(0, length);
}

function isWhiteSpace(text: string): boolean {
  return text.trim() === "";
}
