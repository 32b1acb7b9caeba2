import { isPlainWord } from "../header/encode-header-text.js";
import { encodeWords } from "../header/encode-words.js";
import { formatParameterizedValue } from "../header/format-parameters.js";
import { parseParameterizedValue } from "../header/parameterized-value.js";
import { toQuotedString } from "../header/quoted-string.js";

const BARE_TYPE = /^[A-Za-z0-9!#$&^_.+-]+\/[A-Za-z0-9!#$&^_.+-]+$/;
const PARAMETER_NAME = /^[A-Za-z0-9!#$&+.^_`{|}~-]+$/;
const NAME_ROOM = 70;

/**
 * The field Content-Type for a type that may have parameters. With a filename it gets the parameter `name`, which older
 * readers look for: they know encoded-words there (against RFC 2047 §5) and no RFC 2231. Throws a `RangeError` for what is
 * no type.
 */
export function typeField(contentType: string, filename?: string): string {
  const isBare = BARE_TYPE.test(contentType);
  // One character per byte, as fields are read.
  const raw = isBare ? contentType : Buffer.from(contentType).toString("latin1");
  const { value, parameters } = isBare
    ? { value: contentType.toLowerCase(), parameters: [] }
    : parseParameterizedValue(raw);
  const kept = [...parameters].filter(
    ([name]) => PARAMETER_NAME.test(name) && (filename === undefined || name !== "name"),
  );
  const written = formatParameterizedValue(value, kept, { column: 14 });
  if (!BARE_TYPE.test(value))
    throw new RangeError(`No content type: ${JSON.stringify(contentType.slice(0, 100))}`);
  const name = filename === undefined ? "" : `;\r\n name=${nameOf(filename)}`;
  return `Content-Type: ${written}${name}\r\n`;
}

/** The field Content-Disposition (RFC 2183). */
export function dispositionField(disposition: "attachment" | "inline", filename: string): string {
  const written = formatParameterizedValue(disposition, [["filename", filename]], { column: 21 });
  return `Content-Disposition: ${written}\r\n`;
}

/** The field Content-Transfer-Encoding. */
export function encodingField(encoding: string): string {
  return `Content-Transfer-Encoding: ${encoding}\r\n`;
}

/** Always in quotes; encoded-words stand on lines of their own. */
function nameOf(filename: string): string {
  const isPlain = filename.split(" ").every(isPlainWord) && !filename.includes("=?");
  return isPlain ? toQuotedString(filename) : `"${encodeWords(filename, NAME_ROOM).join("\r\n ")}"`;
}
