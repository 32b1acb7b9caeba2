const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const COLON = 0x3a;
const DELETE = 0x7f;

/** One header field as it stands in the message, with its value unfolded but not decoded. */
export interface RawField {
  readonly name: string;
  /** One character per byte (latin1). */
  readonly raw: string;
}

/**
 * Splits a header block into its fields (RFC 5322 §2.2): folded lines are joined, a line that is no field is left out.
 * `block` holds one character per byte.
 */
export function splitHeaderBlock(block: string): RawField[] {
  const fields: RawField[] = [];
  let start = 0;
  while (start < block.length) {
    let end = lineEnd(block, start);
    const isFolded = isBlank(block.charCodeAt(end + 1));
    while (isBlank(block.charCodeAt(end + 1))) end = lineEnd(block, end + 1);
    const field = toField(block, start, end, isFolded);
    if (field !== undefined) fields.push(field);
    start = end + 1;
  }
  return fields;
}

function lineEnd(block: string, from: number): number {
  const end = block.indexOf("\n", from);
  return end < 0 ? block.length : end;
}

function toField(block: string, start: number, end: number, isFolded: boolean): RawField | undefined {
  let colon = start;
  for (; colon < end; colon++) {
    const code = block.charCodeAt(colon);
    if (code <= SPACE || code >= DELETE || code === COLON) break;
  }
  const nameEnd = colon;
  while (colon < end && isBlank(block.charCodeAt(colon))) colon++;
  if (colon >= end || nameEnd === start || block.charCodeAt(colon) !== COLON) return undefined;
  let valueStart = colon + 1;
  let valueEnd = end;
  while (valueStart < valueEnd && isSpace(block.charCodeAt(valueStart))) valueStart++;
  while (valueEnd > valueStart && isSpace(block.charCodeAt(valueEnd - 1))) valueEnd--;
  const value = block.slice(valueStart, valueEnd);
  const raw = isFolded ? value.replaceAll("\r\n", "").replaceAll("\n", "") : value;
  return { name: block.slice(start, nameEnd), raw };
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

/** Not `trim()`: its no-break space is the last byte of many a character here. */
function isSpace(code: number): boolean {
  return code === SPACE || code === TAB || code === CR || code === LF;
}
