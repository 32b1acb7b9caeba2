const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const COLON = 0x3a;
const DELETE = 0x7f;

/** One header field as it stands in the message, not decoded. */
export interface RawField {
  readonly name: string;
  /** One character per byte (latin1), with the line breaks of a folded field in it. */
  value: string;
  isFolded: boolean;
}

/**
 * Splits a header block into its fields (RFC 5322 §2.2): a line that is no field is left out.
 * `block` holds one character per byte.
 */
export function splitHeaderBlock(block: string): RawField[] {
  const fields: RawField[] = [];
  let start = 0;
  while (start < block.length) {
    let end = lineEnd(block, start);
    const isFolded = isBlank(block.charCodeAt(end + 1));
    if (isFolded) end = foldedEnd(block, end + 1);
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

/** One search instead of one per line: a field may be folded a hundred thousand times. */
const FIELD_END = /\n(?![ \t])/g;

function foldedEnd(block: string, from: number): number {
  FIELD_END.lastIndex = from;
  return FIELD_END.exec(block)?.index ?? block.length;
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
  return { name: block.slice(start, nameEnd), value, isFolded };
}

/** The value on one line; done once, at the first call. */
export function unfold(field: RawField): string {
  if (field.isFolded) {
    field.value = withoutLineEnds(field.value);
    field.isFolded = false;
  }
  return field.value;
}

function withoutLineEnds(folded: string): string {
  let value = "";
  let from = 0;
  for (let at = folded.indexOf("\n"); at >= 0; at = folded.indexOf("\n", from)) {
    value += folded.slice(from, at > from && folded.charCodeAt(at - 1) === CR ? at - 1 : at);
    from = at + 1;
  }
  return value + folded.slice(from);
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

/** Not `trim()`: its no-break space is the last byte of many a character here. */
function isSpace(code: number): boolean {
  return code === SPACE || code === TAB || code === CR || code === LF;
}
