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
 * `block` holds one character per byte.
 */
export function splitHeaderBlock(block: string): RawField[] {
  const fields: RawField[] = [];
  let start = 0;
  while (start < block.length) {
    let end = block.indexOf("\n", start);
    if (end < 0) end = block.length;
    let next = end + 1;
    let folded = false;
    while (next < block.length && isBlank(block.charCodeAt(next))) {
      folded = true;
      const stop = block.indexOf("\n", next);
      end = stop < 0 ? block.length : stop;
      next = end + 1;
    }
    const field = toField(block, start, end, folded);
    if (field !== undefined) fields.push(field);
    start = next;
  }
  return fields;
}

function toField(block: string, start: number, end: number, folded: boolean): RawField | undefined {
  const colon = block.indexOf(":", start);
  if (colon < 0 || colon >= end || colon === start) return undefined;
  let nameEnd = colon;
  while (nameEnd > start && isBlank(block.charCodeAt(nameEnd - 1))) nameEnd--;
  for (let at = start; at < nameEnd; at++) {
    const code = block.charCodeAt(at);
    if (code <= 0x20 || code >= 0x7f) return undefined;
  }
  const name = block.slice(start, nameEnd);
  const value = block.slice(colon + 1, end);
  const unfolded = folded ? value.replaceAll("\r\n", "").replaceAll("\n", "") : value;
  return { name, key: name.toLowerCase(), raw: unfolded.trim() };
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
