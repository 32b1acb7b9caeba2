import { hexByte } from "../bytes/digits.js";
import { decodeCharset } from "../charset/decode-charset.js";

/** A parameter as written, with its RFC 2231 marks still in the name. */
export interface RawParameter {
  readonly name: string;
  readonly value: string;
}

interface Segment {
  readonly index: number;
  readonly isEncoded: boolean;
  readonly value: string;
}

const MAX_SEGMENTS = 1_000;

/**
 * Joins `name*0`, `name*1*` … and decodes `charset'language'%xx` (RFC 2231 §3, §4). Segments may come in any order;
 * the extended form wins over a plain one of the same name.
 */
export function joinParameters(
  parameters: readonly RawParameter[],
  decodePlain: (value: string) => string,
): ReadonlyMap<string, string> {
  if (!parameters.some(({ name }) => name.includes("*"))) return joinPlain(parameters, decodePlain);
  const plain = new Map<string, string>();
  const segmented = new Map<string, Segment[]>();
  for (const { name, value } of parameters) {
    if (name === "") continue;
    const star = name.indexOf("*");
    if (star <= 0) {
      if (!plain.has(name)) plain.set(name, value);
      continue;
    }
    const base = name.slice(0, star);
    const marks = name.slice(star + 1);
    const isEncoded = marks === "" || marks.endsWith("*");
    const digits = marks.endsWith("*") ? marks.slice(0, -1) : marks;
    const index = digits === "" ? 0 : Number(digits);
    if (!Number.isInteger(index) || index < 0) continue;
    const segments = segmented.get(base) ?? [];
    if (segments.length < MAX_SEGMENTS) segments.push({ index, isEncoded, value });
    segmented.set(base, segments);
  }
  const joined = new Map<string, string>();
  for (const [name, value] of plain) joined.set(name, decodePlain(value));
  for (const [name, segments] of segmented) joined.set(name, joinSegments(segments, decodePlain));
  return joined;
}

/** The usual case: the first of each name counts. */
function joinPlain(
  parameters: readonly RawParameter[],
  decodePlain: (value: string) => string,
): ReadonlyMap<string, string> {
  const joined = new Map<string, string>();
  for (const { name, value } of parameters)
    if (name !== "" && !joined.has(name)) joined.set(name, decodePlain(value));
  return joined;
}

function joinSegments(segments: Segment[], decodePlain: (value: string) => string): string {
  segments.sort((a, b) => a.index - b.index);
  const first = segments[0];
  if (first === undefined) return "";
  if (!segments.some((segment) => segment.isEncoded))
    return decodePlain(segments.map((s) => s.value).join(""));
  let charset = "";
  let head = first.value;
  if (first.isEncoded) {
    const afterCharset = head.indexOf("'");
    const afterLanguage = afterCharset < 0 ? -1 : head.indexOf("'", afterCharset + 1);
    if (afterLanguage >= 0) {
      charset = head.slice(0, afterCharset);
      head = head.slice(afterLanguage + 1);
    }
  }
  const bytes = segments.map((segment, position) => {
    const value = position === 0 ? head : segment.value;
    return segment.isEncoded ? unescapePercent(value) : value;
  });
  const joined = bytes.join("");
  return decodeCharset(Buffer.from(joined, "latin1"), charset).text;
}

function unescapePercent(value: string): string {
  if (!value.includes("%")) return value;
  let decoded = "";
  for (let at = 0; at < value.length; at++) {
    const character = value[at] ?? "";
    const code = character === "%" ? hexByte(value.charCodeAt(at + 1), value.charCodeAt(at + 2)) : -1;
    if (code < 0) decoded += character;
    else {
      decoded += String.fromCharCode(code);
      at += 2;
    }
  }
  return decoded;
}
