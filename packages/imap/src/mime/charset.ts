import { TextDecoder } from "node:util";
import iconv from "iconv-lite";

/** Names in the wild that neither WHATWG's list nor iconv-lite knows. */
const ALIASES: Readonly<Record<string, string>> = {
  "ansi_x3.110-1983": "windows-1252",
  "cp-850": "cp850",
  "unicode-1-1-utf-7": "utf-7",
  "x-unknown": "utf-8",
  "unknown-8bit": "utf-8",
  default: "utf-8",
  binary: "latin1",
};

/**
 * Decodes text in a MIME charset. Unknown names are read as UTF-8 when the bytes are that, else as
 * windows-1252, so that nothing is lost but certainty. Text that was cut may end within a character.
 */
export function decodeCharset(bytes: Uint8Array, charset: string | undefined, isCut = false): string {
  const label =
    charset
      ?.trim()
      .toLowerCase()
      .replace(/^["']|["']$/g, "") ?? "";
  const name = ALIASES[label] ?? label;
  if (name === "" || name === "us-ascii" || name === "ascii" || name === "utf-8" || name === "utf8") {
    return decodeUtf8(isCut ? wholeCharacters(bytes) : bytes);
  }
  if (WINDOWS_1252.has(name)) return iconv.decode(Buffer.from(bytes), "windows-1252");
  // WHATWG folds UTF-7 away for the sake of browsers; mail still has it.
  if (name === "utf-7" || name === "utf7") return iconv.decode(Buffer.from(bytes), "utf-7");
  try {
    let decoder = decoders.get(name);
    if (decoder === undefined) {
      decoder = new TextDecoder(name);
      decoders.set(name, decoder);
    }
    return decoder.decode(bytes);
  } catch {
    return iconv.encodingExists(name) ? iconv.decode(Buffer.from(bytes), name) : decodeUtf8(bytes);
  }
}

/** Without the bytes of an unfinished UTF-8 character at the end. */
function wholeCharacters(bytes: Uint8Array): Uint8Array {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? bytes.subarray(0, bytes.length - back) : bytes;
  }
  return bytes;
}

/** By label; only labels that exist get in, so there are few. */
const decoders = new Map<string, TextDecoder>();
const strict = new TextDecoder("utf-8", { fatal: true });
/** QUIRK: Node's TextDecoder (seen in 20.20) reads these as ISO 8859-1, and gives control characters for `€“”`. */
const WINDOWS_1252 = new Set([
  "windows-1252",
  "cp1252",
  "x-cp1252",
  "iso-8859-1",
  "iso8859-1",
  "iso88591",
  "latin1",
  "l1",
]);

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    return iconv.decode(Buffer.from(bytes), "windows-1252");
  }
}
