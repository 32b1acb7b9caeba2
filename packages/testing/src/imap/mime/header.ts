const LF = 0x0a;
const CR = 0x0d;

/** One header field: where it stands in the message, and what it says. */
export interface HeaderField {
  /** Lower case. */
  readonly name: string;
  /** First byte of the name. */
  readonly start: number;
  /** Just after the field's last line end. */
  readonly end: number;
  /** First byte after the colon. */
  readonly valueStart: number;
}

/** The fields of one header, and where the body begins: after the empty line or at the end. */
export interface MessageHeader {
  readonly fields: readonly HeaderField[];
  readonly start: number;
  readonly bodyStart: number;
}

/** Finds the header fields between two offsets; lines that are no field belong to the field before. */
export function parseHeader(source: Buffer, start: number, limit: number): MessageHeader {
  const fields: { name: string; start: number; end: number; valueStart: number }[] = [];
  let position = start;
  while (position < limit) {
    const end = endOfLine(source, position, limit);
    if (isEmptyLine(source, position, end)) return { fields, start, bodyStart: end };
    const first = source[position];
    const colon = first === 0x20 || first === 0x09 ? -1 : indexOfColon(source, position, end);
    const previous = fields.at(-1);
    if (colon >= 0) {
      const name = source.toString("latin1", position, colon).trimEnd().toLowerCase();
      fields.push({ name, start: position, end, valueStart: colon + 1 });
    } else if (previous) previous.end = end;
    position = end;
  }
  return { fields, start, bodyStart: limit };
}

/** The unfolded value of a field as Latin-1, or `undefined` when there is none of that name. */
export function headerValue(source: Buffer, header: MessageHeader, name: string): string | undefined {
  const field = header.fields.find((candidate) => candidate.name === name);
  return field && fieldValue(source, field);
}

/** Unfolding takes the line ends away and leaves the white space after them (RFC 5322 §2.2.3). */
export function fieldValue(source: Buffer, field: HeaderField): string {
  return source
    .toString("latin1", field.valueStart, field.end)
    .replace(/\r?\n(?=[ \t])/g, "")
    .replace(/[\r\n]+/g, "")
    .trim();
}

/** Offset just after the next LF, or `limit`. */
export function endOfLine(source: Buffer, position: number, limit: number): number {
  const lineFeed = source.indexOf(LF, position);
  return lineFeed < 0 || lineFeed >= limit ? limit : lineFeed + 1;
}

function isEmptyLine(source: Buffer, start: number, end: number): boolean {
  return source[start] === LF || (source[start] === CR && source[start + 1] === LF && end - start === 2);
}

function indexOfColon(source: Buffer, start: number, end: number): number {
  const colon = source.indexOf(0x3a, start);
  return colon >= end ? -1 : colon;
}
