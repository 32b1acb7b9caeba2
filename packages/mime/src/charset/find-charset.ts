import { TextDecoder } from "node:util";
import { toEucKr, toGbk, withoutIdleEscapes } from "./seven-bit.js";
import { decodeSingleByte, findUnits, replacesAscii } from "./single-byte.js";
import { decodeUtf7 } from "./utf7.js";
import { decodeWindows1252 } from "./windows-1252.js";

/** A charset and how its bytes become text. */
export interface Charset {
  /** As the WHATWG Encoding Standard calls it, if it does. */
  readonly name: string;
  /** What a byte means depends on those before it, so that valid UTF-8 says nothing. */
  readonly isStateful: boolean;
  /** Of bytes that were cut off, half a character at the end is left out. */
  decode(bytes: Buffer, isCut: boolean): string;
}

const MAX_REMEMBERED = 200;
const charsets = new Map<string, Charset | undefined>();

/** Finds the charset of a normalized label; `undefined` when it is not known. */
export function findCharset(label: string): Charset | undefined {
  if (charsets.has(label)) return charsets.get(label);
  // Labels come from the message: keep what is remembered bounded.
  if (charsets.size > MAX_REMEMBERED) charsets.clear();
  const charset =
    createSevenBit(label) ?? createNative(label) ?? createSingleByte(label) ?? createCodePage(label);
  charsets.set(label, charset);
  return charset;
}

function createSevenBit(label: string): Charset | undefined {
  if (label === "utf-7") return { name: label, isStateful: true, decode: decodeUtf7 };
  if (label === "iso-2022-kr" || label === "csiso2022kr") return viaNative(label, "euc-kr", toEucKr);
  return label === "hz-gb-2312" ? viaNative(label, "gbk", toGbk) : undefined;
}

function createNative(label: string): Charset | undefined {
  const decoder =
    createDecoder(label) ?? (label.includes("_") ? createDecoder(label.replaceAll("_", "-")) : undefined);
  const name = decoder?.encoding;
  if (name === undefined) return undefined;
  if (name === "iso-2022-jp") return viaNative(name, name, withoutIdleEscapes);
  if (name === "windows-1252" || name === "iso-8859-1")
    return { name, isStateful: false, decode: decodeWindows1252 };
  return { ...viaNative(name, name, (bytes) => bytes), isStateful: name.startsWith("utf-16") };
}

function createSingleByte(label: string): Charset | undefined {
  const units = findUnits(label);
  if (units === undefined) return undefined;
  return { name: label, isStateful: replacesAscii(label), decode: (bytes) => decodeSingleByte(bytes, units) };
}

/** `windows1250` and `cp1250` for what the standard calls `windows-1250`. */
function createCodePage(label: string): Charset | undefined {
  const digits = /^(?:windows|cp)-?(\d+)$/.exec(label)?.[1];
  return digits === undefined || label === `windows-${digits}`
    ? undefined
    : createNative(`windows-${digits}`);
}

function viaNative(name: string, native: string, prepare: (bytes: Buffer) => Buffer): Charset {
  const decoder = new TextDecoder(native);
  return {
    name,
    isStateful: true,
    decode: (bytes, isCut) =>
      isCut
        ? new TextDecoder(native).decode(prepare(bytes), { stream: true })
        : decoder.decode(prepare(bytes)),
  };
}

function createDecoder(label: string): TextDecoder | undefined {
  try {
    return new TextDecoder(label);
  } catch {
    return undefined;
  }
}
