/** How a line of a response ends. */
export interface LineEnd {
  /** Where its words end: at the announcement of a literal, or at the line's end. */
  readonly end: number;
  /** The octets that follow the line; `undefined` when the response is over with it. */
  readonly literalBytes: number | undefined;
}

const CR = 0x0d;
const SPACE = 0x20;
const PLUS = 0x2b;
const OPEN_PAREN = 0x28;
const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const TILDE = 0x7e;
const MAX_DIGITS = 15;

/** Where a line stops whose LF is at `end`; QUIRK: some servers end lines with LF alone. */
export function lineStop(bytes: Buffer, start: number, end: number): number {
  return end > start && bytes[end - 1] === CR ? end - 1 : end;
}

/**
 * Looks for the announcement of a literal at the end of a line: `{12}`, `{12+}`, `~{12}` (RFC 9051 §4.3). One that
 * stands within a word is none.
 */
export function readLineEnd(line: Buffer): LineEnd {
  const whole = { end: line.length, literalBytes: undefined };
  let at = line.length - 1;
  if (line[at] !== CLOSE_BRACE) return whole;
  at -= 1;
  if (line[at] === PLUS) at -= 1;
  const lastDigit = at;
  let literalBytes = 0;
  let unit = 1;
  for (; isDigit(line[at]) && lastDigit - at < MAX_DIGITS; at--) {
    literalBytes += ((line[at] ?? 0) - 0x30) * unit;
    unit *= 10;
  }
  if (at === lastDigit || line[at] !== OPEN_BRACE) return whole;
  const end = line[at - 1] === TILDE ? at - 1 : at;
  const before = line[end - 1];
  const isOwnWord = end > 0 && (before === SPACE || before === OPEN_PAREN || before === OPEN_BRACKET);
  return isOwnWord ? { end, literalBytes } : whole;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}
