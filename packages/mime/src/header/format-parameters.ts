import { toHexPair } from "../bytes/digits.js";
import { type FoldOptions, isPlainWord } from "./encode-header-text.js";
import { FoldedLines, LINE_CHARACTERS } from "./fold-line.js";
import { toQuotedString } from "./quoted-string.js";

/** RFC 2045 §5.1. */
const TOKEN = /^[A-Za-z0-9!#$&'*+.^_`{|}~/-]+$/;
const NAME = /^[A-Za-z0-9!#$&+.^_`{|}~-]+$/;
/** What may stand for itself in an extended value (RFC 2231 §7), without the marks that many get wrong. */
const ATTRIBUTE_CHARACTER = /^[A-Za-z0-9!#$&+.^_`{|}~-]$/;
/** Of a segment's value: the name, its number, the charset and the marks take the rest of the line. */
const SEGMENT = 40;

/**
 * A value with parameters, as Content-Type and Content-Disposition have them (RFC 2045 §5.1), one on a line where they
 * do not fit on one: plain, in quotes, or in the extended form with UTF-8 and numbered segments (RFC 2231). No segment
 * ends within a character.
 *
 * Throws a `RangeError` for a value or a parameter name that is no token.
 */
export function formatParameterizedValue(
  value: string,
  parameters: Iterable<readonly [name: string, value: string]>,
  options: FoldOptions = {},
): string {
  const lines = new FoldedLines(options.column ?? 0);
  const pieces = [...parameters].flatMap(([name, text]) => formatParameter(name, text));
  requireToken(value, TOKEN);
  for (const [index, piece] of [value, ...pieces].entries())
    lines.add(index < pieces.length ? `${piece};` : piece);
  return lines.toString();
}

function formatParameter(name: string, value: string): string[] {
  requireToken(name, NAME);
  const simple = TOKEN.test(value) ? value : isQuotable(value) ? toQuotedString(value) : undefined;
  if (simple !== undefined && name.length + simple.length < LINE_CHARACTERS - 2) return [`${name}=${simple}`];
  const segments = toSegments(value);
  if (segments.length < 2) return [`${name}*=utf-8''${segments[0] ?? ""}`];
  return segments.map((segment, index) => `${name}*${index}*=${index === 0 ? "utf-8''" : ""}${segment}`);
}

function toSegments(value: string): string[] {
  const segments: string[] = [];
  let segment = "";
  for (const character of value) {
    const escaped = toPercent(character);
    if (segment.length + escaped.length > SEGMENT) {
      segments.push(segment);
      segment = "";
    }
    segment += escaped;
  }
  segments.push(segment);
  return segments;
}

function toPercent(character: string): string {
  if (ATTRIBUTE_CHARACTER.test(character)) return character;
  let escaped = "";
  for (const byte of Buffer.from(character, "utf8")) escaped += `%${toHexPair(byte)}`;
  return escaped;
}

/** Printable ASCII; what looks like an encoded-word would be read as one. */
function isQuotable(value: string): boolean {
  return value.split(" ").every(isPlainWord) && !value.includes("=?");
}

function requireToken(text: string, token: RegExp): void {
  if (!token.test(text)) throw new RangeError(`No token: ${JSON.stringify(text.slice(0, 100))}`);
}
