import { isAscii, isUtf8 } from "node:buffer";
import { TextDecoder } from "node:util";
import { decodeUtf7 } from "./utf7.js";
import { decodeWindows1252 } from "./windows-1252.js";

/** Text, and what had to be done to get it. */
export interface DecodedText {
  readonly text: string;
  /** The label named no charset that is known here. */
  readonly unknownLabel: boolean;
  /** The bytes were not what the label said. */
  readonly mislabelled: boolean;
}

/**
 * Labels that senders use and the WHATWG Encoding Standard does not list.
 * QUIRK: seen in the corpora and in iconv's alias tables; `x-unknown` and the like mean "guess".
 */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ["cp932", "shift_jis"],
  ["cp936", "gbk"],
  ["cp949", "euc-kr"],
  ["cp950", "big5"],
  ["ks_c_5601-1987", "euc-kr"],
  ["iso-8859-8-e", "iso-8859-8"],
  ["iso-2022-jp-ms", "iso-2022-jp"],
  ["iso-2022-jp-1", "iso-2022-jp"],
  ["iso-2022-jp-2", "iso-2022-jp"],
  ["cp1252", "windows-1252"],
  ["ansi", "windows-1252"],
  ["iso-8859-1-windows-3.1-latin-1", "windows-1252"],
  ["tis-620", "windows-874"],
  ["iso-8859-11", "windows-874"],
  ["gb_2312-80", "gbk"],
  ["mac", "macintosh"],
  ["x-mac-roman", "macintosh"],
  ["macroman", "macintosh"],
  ["utf-16", "utf-16le"],
]);

const LATIN1_FAMILY: ReadonlySet<string> = new Set(["windows-1252", "iso-8859-1"]);
const ESCAPE = 0x1b;
const decoders = new Map<string, TextDecoder | undefined>();

/**
 * Turns bytes into text by the label of their charset, repairing the usual lies: UTF-8 labelled as something else,
 * something else labelled as UTF-8 or ASCII, and no label at all (UTF-8 when it is, else windows-1252).
 */
export function decodeCharset(bytes: Buffer, label: string | undefined): DecodedText {
  const wanted = normalizeLabel(label);
  if (wanted === "utf-7") return decoded(decodeUtf7(bytes));
  const stateful = isStateful(wanted);
  if (!stateful && isAscii(bytes)) return decoded(bytes.toString("latin1"));
  const decoder = findDecoder(wanted);
  const unknownLabel = wanted !== "" && decoder === undefined;
  if (decoder?.encoding === "utf-16le" || decoder?.encoding === "utf-16be")
    return decodeUtf16(bytes, decoder);
  if (wanted === "" || unknownLabel || decoder?.encoding === "utf-8")
    return guess(bytes, wanted !== "", unknownLabel);
  // A text in another charset that happens to be valid UTF-8 with more than a few bytes is practically impossible.
  if (!stateful && isUtf8(bytes))
    return { text: stripBom(bytes.toString("utf8")), unknownLabel, mislabelled: true };
  if (decoder?.encoding === "iso-2022-jp" && !bytes.includes(ESCAPE)) return guessJapanese(bytes);
  if (decoder === undefined || LATIN1_FAMILY.has(decoder.encoding)) return decoded(decodeWindows1252(bytes));
  return decoded(decoder.decode(bytes));
}

function decoded(text: string): DecodedText {
  return { text, unknownLabel: false, mislabelled: false };
}

function guess(bytes: Buffer, labelled: boolean, unknownLabel: boolean): DecodedText {
  if (isUtf8(bytes)) return { text: stripBom(bytes.toString("utf8")), unknownLabel, mislabelled: false };
  const damaged = labelled && !unknownLabel && isMostlyUtf8(bytes);
  const text = damaged ? bytes.toString("utf8") : decodeWindows1252(bytes);
  return { text, unknownLabel, mislabelled: labelled && !unknownLabel };
}

/** QUIRK: Japanese gateways relabel 8-bit text as ISO-2022-JP, which has seven bits. */
function guessJapanese(bytes: Buffer): DecodedText {
  if (isUtf8(bytes)) return { text: bytes.toString(), unknownLabel: false, mislabelled: !isAscii(bytes) };
  for (const encoding of ["euc-jp", "shift_jis"]) {
    try {
      const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
      return { text, unknownLabel: false, mislabelled: true };
    } catch {
      // Not in this one.
    }
  }
  return { text: bytes.toString(), unknownLabel: false, mislabelled: true };
}

/** A UTF-8 text with a few bad bytes (one cut in two, say) is better shown with U+FFFD than as mojibake. */
function isMostlyUtf8(bytes: Buffer): boolean {
  const text = bytes.toString("utf8", 0, Math.min(bytes.length, 65_536));
  let replaced = 0;
  let good = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0xfffd) replaced++;
    else if (code > 0x7f) good++;
  }
  return good > replaced;
}

function decodeUtf16(bytes: Buffer, decoder: TextDecoder): DecodedText {
  // QUIRK: 8-bit text labelled utf-16 is common; real UTF-16 text of any length has zero bytes or a mark.
  const marked = bytes.length >= 2 && (bytes.readUInt16LE(0) === 0xfeff || bytes.readUInt16BE(0) === 0xfeff);
  if (!marked && isUtf8(bytes) && !bytes.includes(0))
    return { text: bytes.toString("utf8"), unknownLabel: false, mislabelled: true };
  if (marked && bytes.readUInt16BE(0) === 0xfeff) return decoded(new TextDecoder("utf-16be").decode(bytes));
  return decoded(decoder.decode(bytes));
}

function normalizeLabel(label: string | undefined): string {
  if (label === undefined) return "";
  const plain = label.trim().toLowerCase();
  if (
    plain === "" ||
    plain === "us-ascii" ||
    plain === "ascii" ||
    plain === "unknown" ||
    plain === "x-unknown"
  )
    return "";
  if (plain === "unicode-1-1-utf-7" || plain === "utf7") return "utf-7";
  return ALIASES.get(plain) ?? plain;
}

function isStateful(label: string): boolean {
  return label.startsWith("iso-2022") || label.startsWith("utf-16") || label.startsWith("hz-");
}

function findDecoder(label: string): TextDecoder | undefined {
  if (decoders.has(label)) return decoders.get(label);
  // Labels come from the message: keep what is remembered bounded.
  if (decoders.size > 200) decoders.clear();
  const decoder = createDecoder(label) ?? createDecoder(label.replaceAll("_", "-")) ?? createCodePage(label);
  decoders.set(label, decoder);
  return decoder;
}

function createCodePage(label: string): TextDecoder | undefined {
  const digits = label.startsWith("cp") ? label.slice(2) : label.startsWith("windows") ? label.slice(7) : "";
  return digits === ""
    ? undefined
    : createDecoder(`windows-${digits.startsWith("-") ? digits.slice(1) : digits}`);
}

function createDecoder(label: string): TextDecoder | undefined {
  try {
    return new TextDecoder(label);
  } catch {
    return undefined;
  }
}

function stripBom(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}
