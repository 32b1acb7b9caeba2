const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const COLON = 0x3a;
const DELETE = 0x7f;
const UPPER_A = 0x41;
const UPPER_Z = 0x5a;
const LOWER_A = 0x61;
/** Numbers kept per field: where its name starts and ends, and where its value does. */
const STRIDE = 4;

/**
 * The fields of a header block (RFC 5322 §2.2) as offsets into it, so that a hundred thousand of them cost little
 * before anybody asks for one. A line that is no field is left out.
 */
export class HeaderBlock {
  /** One character per byte. */
  readonly text: string;
  readonly #offsets: number[] = [];

  constructor(text: string) {
    this.text = text;
    for (let start = 0; start < text.length; ) {
      let end = text.indexOf("\n", start);
      if (end < 0) end = text.length;
      else if (isBlank(text.charCodeAt(end + 1))) end = foldedEnd(text, end + 1);
      this.#addField(start, end);
      start = end + 1;
    }
  }

  /** Number of fields. */
  get size(): number {
    return this.#offsets.length / STRIDE;
  }

  /** As written. */
  name(index: number): string {
    return this.text.slice(this.#offsets[index * STRIDE], this.#offsets[index * STRIDE + 1]);
  }

  /** Whether the field has the name that is `key` in lower case. */
  isNamed(index: number, key: string): boolean {
    const start = this.#offsets[index * STRIDE] ?? 0;
    const end = this.#offsets[index * STRIDE + 1] ?? 0;
    if (end - start !== key.length) return false;
    for (let at = 0; at < key.length; at++)
      if (toLowerCode(this.text.charCodeAt(start + at)) !== key.charCodeAt(at)) return false;
    return true;
  }

  /** On one line, not decoded, one character per byte. */
  value(index: number): string {
    const value = this.text.slice(this.#offsets[index * STRIDE + 2], this.#offsets[index * STRIDE + 3]);
    return value.includes("\n") || value.includes("\r") ? unfold(value) : value;
  }

  #addField(start: number, end: number): void {
    const { text } = this;
    let colon = start;
    for (; colon < end; colon++) {
      const code = text.charCodeAt(colon);
      if (code <= SPACE || code >= DELETE || code === COLON) break;
    }
    const nameEnd = colon;
    while (colon < end && isBlank(text.charCodeAt(colon))) colon++;
    if (colon >= end || nameEnd === start || text.charCodeAt(colon) !== COLON) return;
    let valueStart = colon + 1;
    let valueEnd = end;
    while (valueStart < valueEnd && isSpace(text.charCodeAt(valueStart))) valueStart++;
    while (valueEnd > valueStart && isSpace(text.charCodeAt(valueEnd - 1))) valueEnd--;
    this.#offsets.push(start, nameEnd, valueStart, valueEnd);
  }
}

/** Fields of more lines take one search instead of one per line: they may be folded a hundred thousand times. */
const FEW_LINES = 16;
const FIELD_END = /\n(?![ \t])/g;

function foldedEnd(text: string, from: number): number {
  let at = from;
  for (let lines = 0; lines < FEW_LINES; lines++) {
    const end = text.indexOf("\n", at);
    if (end < 0) return text.length;
    if (!isBlank(text.charCodeAt(end + 1))) return end;
    at = end + 1;
  }
  FIELD_END.lastIndex = at;
  return FIELD_END.exec(text)?.index ?? text.length;
}

function unfold(folded: string): string {
  let text = "";
  let from = 0;
  for (let lines = 0; lines < FEW_LINES; lines++) {
    const end = folded.indexOf("\n", from);
    if (end < 0) break;
    text += folded.slice(from, folded.charCodeAt(end - 1) === CR && end > from ? end - 1 : end);
    from = end + 1;
  }
  const rest = folded.slice(from);
  text += rest.includes("\n") ? rest.replace(/\r?\n/g, "") : rest;
  // A lone CR would end the line wherever the value is written again.
  return text.includes("\r") ? text.replaceAll("\r", " ") : text;
}

/** Names hold nothing but ASCII. */
function toLowerCode(code: number): number {
  return code >= UPPER_A && code <= UPPER_Z ? code - UPPER_A + LOWER_A : code;
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

/** Not `trim()`: its no-break space is the last byte of many a character here. */
function isSpace(code: number): boolean {
  return code === SPACE || code === TAB || code === CR || code === LF;
}
