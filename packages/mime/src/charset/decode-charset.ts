import { isAscii, isUtf8 } from "node:buffer";
import { TextDecoder } from "node:util";
import { asBuffer } from "../bytes/as-buffer.js";
import { changesAscii, normalizeLabel } from "./charset-label.js";
import { type Charset, findCharset } from "./find-charset.js";
import { decodeWindows1252 } from "./windows-1252.js";

/** Text, and what had to be done to get it. */
export interface DecodedText {
  readonly text: string;
  /** The label named no charset that is known here. */
  readonly isUnknownCharset: boolean;
  /** The bytes were not what the label said. */
  readonly isMislabelled: boolean;
}

/** How {@link decodeCharset} works. */
export interface DecodeOptions {
  /**
   * The bytes are the start of a longer text: half a character at their end is left out instead of being replaced.
   *
   * @defaultValue false
   */
  readonly isCut?: boolean | undefined;
}

const ESCAPE = 0x1b;
/** What is looked at to tell damaged UTF-8 from another charset. */
const SAMPLE_BYTES = 65_536;

/**
 * Turns bytes into text by the label of their charset, repairing the usual lies: UTF-8 labelled as something else,
 * something else labelled as UTF-8 or ASCII, and no label at all (UTF-8 when it is, else windows-1252).
 */
export function decodeCharset(
  bytes: Uint8Array,
  label: string | undefined,
  options: DecodeOptions = {},
): DecodedText {
  const wanted = normalizeLabel(label);
  const source = asBuffer(bytes);
  // First of all: nearly all text is ASCII, and a hostile header has a hundred thousand labels to look for.
  if (isAscii(source) && !changesAscii(wanted)) return decoded(source.toString("latin1"));
  const charset = wanted === "" ? undefined : findCharset(wanted);
  const isCut = options.isCut === true;
  if (charset === undefined || charset.name === "utf-8") return guess(source, charset, wanted !== "", isCut);
  if (charset.name === "utf-16le" || charset.name === "utf-16be") return decodeUtf16(source, charset, isCut);
  // A text in another charset that happens to be valid UTF-8 with more than a few bytes is practically impossible.
  const whole = isCut ? withoutHalfCharacter(source) : source;
  if (!charset.isStateful && isUtf8(whole) && !isAscii(whole))
    return decoded(stripMark(whole.toString("utf8")), "mislabelled");
  if (charset.name === "iso-2022-jp" && !source.includes(ESCAPE)) return guessJapanese(source);
  return decoded(charset.decode(source, isCut));
}

function decoded(text: string, problem?: "mislabelled" | "unknown"): DecodedText {
  return { text, isUnknownCharset: problem === "unknown", isMislabelled: problem === "mislabelled" };
}

function guess(
  bytes: Buffer,
  charset: Charset | undefined,
  isLabelled: boolean,
  isCut: boolean,
): DecodedText {
  const problem = isLabelled && charset === undefined ? "unknown" : undefined;
  const whole = isCut ? withoutHalfCharacter(bytes) : bytes;
  if (isUtf8(whole)) return decoded(stripMark(whole.toString("utf8")), problem);
  const text =
    charset !== undefined && isMostlyUtf8(bytes) ? whole.toString("utf8") : decodeWindows1252(bytes);
  return decoded(text, problem ?? (isLabelled ? "mislabelled" : undefined));
}

/** QUIRK: Japanese gateways relabel 8-bit text as ISO-2022-JP, which has seven bits. */
function guessJapanese(bytes: Buffer): DecodedText {
  if (isAscii(bytes)) return decoded(bytes.toString("latin1"));
  if (isUtf8(bytes)) return decoded(bytes.toString(), "mislabelled");
  for (const encoding of ["euc-jp", "shift_jis"]) {
    try {
      return decoded(new TextDecoder(encoding, { fatal: true }).decode(bytes), "mislabelled");
    } catch {
      // Not in this one.
    }
  }
  return decoded(bytes.toString(), "mislabelled");
}

/** A UTF-8 text with a few bad bytes (one cut in two, say) is better shown with U+FFFD than as mojibake. */
function isMostlyUtf8(bytes: Buffer): boolean {
  const text = bytes.toString("utf8", 0, Math.min(bytes.length, SAMPLE_BYTES));
  let replaced = 0;
  let good = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0xfffd) replaced++;
    else if (code > 0x7f) good++;
  }
  return good > replaced;
}

function decodeUtf16(bytes: Buffer, charset: Charset, isCut: boolean): DecodedText {
  // QUIRK: 8-bit text labelled utf-16 is common; real UTF-16 text of any length has zero bytes or a mark.
  const mark = bytes.length < 2 ? 0 : bytes.readUInt16BE(0);
  if (mark === 0xfeff) return decoded(findCharset("utf-16be")?.decode(bytes, isCut) ?? "");
  if (mark !== 0xfffe && isUtf8(bytes) && !bytes.includes(0))
    return decoded(bytes.toString("utf8"), "mislabelled");
  return decoded(charset.decode(bytes, isCut));
}

/** Without the bytes of an unfinished UTF-8 character at the end. */
function withoutHalfCharacter(bytes: Buffer): Buffer {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? bytes.subarray(0, bytes.length - back) : bytes;
  }
  return bytes;
}

function stripMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}
