import { replacesAscii } from "./single-byte.js";

/**
 * Labels that senders use and the WHATWG Encoding Standard does not list.
 * QUIRK: seen in the corpora and in iconv's alias tables; `x-unknown` and the like mean "guess".
 */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ["", ""],
  ["us-ascii", ""],
  ["ascii", ""],
  ["ansi_x3.4-1968", ""],
  ["iso-ir-6", ""],
  ["iso646-us", ""],
  ["unknown", ""],
  ["x-unknown", ""],
  ["unknown-8bit", ""],
  ["default", ""],
  ["cp932", "shift_jis"],
  ["cp936", "gbk"],
  ["cp949", "euc-kr"],
  ["uhc", "euc-kr"],
  ["cp950", "big5"],
  ["cp65001", "utf-8"],
  ["ks_c_5601-1987", "euc-kr"],
  ["iso-8859-8-e", "iso-8859-8"],
  ["iso-8859-6-e", "iso-8859-6"],
  ["iso-2022-jp-ms", "iso-2022-jp"],
  ["iso-2022-jp-1", "iso-2022-jp"],
  ["iso-2022-jp-2", "iso-2022-jp"],
  ["cp50220", "iso-2022-jp"],
  ["cp50221", "iso-2022-jp"],
  ["hz", "hz-gb-2312"],
  ["binary", "windows-1252"],
  ["cp1252", "windows-1252"],
  ["ansi", "windows-1252"],
  ["ansi_x3.110-1983", "windows-1252"],
  ["iso-8859-1-windows-3.1-latin-1", "windows-1252"],
  ["iso-ir-179", "iso-8859-13"],
  ["latin7", "iso-8859-13"],
  ["iso-ir-199", "iso-8859-14"],
  ["latin8", "iso-8859-14"],
  ["iso-ir-203", "iso-8859-15"],
  ["latin9", "iso-8859-15"],
  ["tis-620", "windows-874"],
  ["tis620", "windows-874"],
  ["iso-ir-166", "windows-874"],
  ["iso-8859-11", "windows-874"],
  ["gb_2312-80", "gbk"],
  ["mac", "macintosh"],
  ["x-mac-roman", "macintosh"],
  ["macroman", "macintosh"],
  ["maccyrillic", "x-mac-cyrillic"],
  ["macukraine", "x-mac-cyrillic"],
  ["utf-16", "utf-16le"],
  ["unicode-1-1-utf-7", "utf-7"],
  ["utf7", "utf-7"],
]);

/** The label of a charset in the form that it is looked up by; empty when it says no more than "ASCII, or guess". */
export function normalizeLabel(label: string | undefined): string {
  if (label === undefined) return "";
  // As nearly all have it.
  if (label === "utf-8") return label;
  const plain = unquoted(label.trim()).toLowerCase();
  return ALIASES.get(plain) ?? plain;
}

/** Labels of charsets in which bytes of ASCII may mean something else. */
const STATEFUL: ReadonlySet<string> = new Set([
  "iso-2022-jp",
  "csiso2022jp",
  "iso-2022-kr",
  "csiso2022kr",
  "hz-gb-2312",
  "utf-7",
  "utf-16le",
  "utf-16be",
  "unicode",
  "unicodefeff",
  "unicodefffe",
  "csunicode",
  "ucs-2",
  "iso-10646-ucs-2",
]);

/** Whether bytes of ASCII may mean something else in the charset of a normalized label. */
export function changesAscii(label: string): boolean {
  if (label === "utf-8" || label === "") return false;
  return STATEFUL.has(label) || replacesAscii(label);
}

/** QUIRK: `charset="'utf-8'"`, and quotation marks in encoded-words. */
function unquoted(label: string): string {
  const first = label[0];
  return first === '"' || first === "'" ? label.replaceAll(first, "").trim() : label;
}
