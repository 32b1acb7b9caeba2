const TAB = 0x09;
const SPACE = 0x20;
const COLON = 0x3a;
const DELETE = 0x7f;

/** One header field as it stands in the message, with its value unfolded but not decoded. */
export interface RawField {
  readonly name: string;
  /** `name` in lower case. */
  readonly key: string;
  /** One character per byte (latin1). */
  readonly raw: string;
}

/**
 * Splits a header block into its fields (RFC 5322 §2.2): folded lines are joined, a line that is no field is left out.
 * `block` holds one character per byte; `from` is where a line starts.
 */
export function splitHeaderBlock(
  block: string,
  from: number = 0,
  maxFields: number = Number.POSITIVE_INFINITY,
): RawField[] {
  const fields: RawField[] = [];
  let start = from;
  while (start < block.length && fields.length < maxFields) {
    const end = fieldEnd(block, start);
    const field = toField(block, start, end);
    if (field !== undefined) fields.push(field);
    start = end + 1;
  }
  return fields;
}

/** The line break after the last line of the field that starts at `start`. */
function fieldEnd(block: string, start: number): number {
  let end = block.indexOf("\n", start);
  while (end >= 0 && isBlank(block.charCodeAt(end + 1))) end = block.indexOf("\n", end + 1);
  return end < 0 ? block.length : end;
}

function toField(block: string, start: number, end: number): RawField | undefined {
  let colon = start;
  for (; colon < end; colon++) {
    const code = block.charCodeAt(colon);
    if (code <= SPACE || code >= DELETE || code === COLON) break;
  }
  const nameEnd = colon;
  while (colon < end && isBlank(block.charCodeAt(colon))) colon++;
  if (colon >= end || nameEnd === start || block.charCodeAt(colon) !== COLON) return undefined;
  const name = block.slice(start, nameEnd);
  const value = block.slice(colon + 1, end);
  const unfolded = value.includes("\n") ? value.replaceAll("\r\n", "").replaceAll("\n", "") : value;
  return { name, key: name.toLowerCase(), raw: unfolded.trim() };
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}
