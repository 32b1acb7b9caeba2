import { decodeHeaderText } from "./header-text.js";
import { joinParameters, type RawParameter } from "./join-parameters.js";

/** A header value with parameters, such as that of Content-Type or Content-Disposition (RFC 2045 §5.1). */
export interface ParameterizedValue {
  /** In lower case; empty when the field has none. */
  readonly value: string;
  /** Names in lower case, values decoded (RFC 2231, and RFC 2047 where a sender used that instead). */
  readonly parameters: ReadonlyMap<string, string>;
}

const MAX_LENGTH = 20_000;
const MAX_PARAMETERS = 500;

/** Parses leniently: semicolons may be missing, unquoted values may hold spaces, comments are skipped. */
export function parseParameterizedValue(raw: string): ParameterizedValue {
  const { value, parameters } = isUsual(raw) ? recallField(raw) : readField(raw);
  return { value, parameters: joinParameters(parameters, decodeHeaderText) };
}

/** The value alone, for who does not need the parameters. */
export function parseHeaderValue(raw: string): string {
  if (isUsual(raw)) return recallField(raw).value;
  return new ParameterReader(raw.slice(0, MAX_LENGTH)).readValue();
}

/** A field as written, before what its parameters say is decoded. */
interface RawField {
  readonly value: string;
  readonly parameters: readonly RawParameter[];
}

/** Nearly all parts have one of a few fields (`text/plain; charset=utf-8`); no two messages have the same boundary. */
function isUsual(raw: string): boolean {
  return raw.length <= MAX_REMEMBERED_LENGTH && !raw.includes("boundary");
}

/** Each is asked for more than once. */
function recallField(raw: string): RawField {
  const known = readFields.get(raw);
  if (known !== undefined) return known;
  // A hostile message has others each time: what is remembered is bounded.
  if (readFields.size >= MAX_REMEMBERED) readFields.clear();
  // Put together anew: a piece of a header would keep all of the header in memory.
  const own = ` ${raw}`.slice(1);
  const field = readField(own);
  readFields.set(own, field);
  return field;
}

const readFields = new Map<string, RawField>();
const MAX_REMEMBERED = 200;
const MAX_REMEMBERED_LENGTH = 100;

function readField(raw: string): RawField {
  const reader = new ParameterReader(raw.slice(0, MAX_LENGTH));
  const value = reader.readValue();
  const parameters: RawParameter[] = [];
  while (parameters.length < MAX_PARAMETERS) {
    const parameter = reader.readParameter();
    if (parameter === undefined) break;
    parameters.push(parameter);
  }
  return { value, parameters };
}

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const OPEN = 0x28;
const CLOSE = 0x29;
const COMMA = 0x2c;
const SEMICOLON = 0x3b;
const EQUALS = 0x3d;
const BACKSLASH = 0x5c;

/** Reads character codes: a hostile message has a hundred thousand parameters. */
class ParameterReader {
  readonly #raw: string;
  #at = 0;

  constructor(raw: string) {
    this.#raw = raw;
  }

  readValue(): string {
    const raw = this.#raw;
    this.#skipBlanks();
    if (raw.charCodeAt(this.#at) === QUOTE) return this.#readQuoted().trim().toLowerCase();
    const start = this.#at;
    while (this.#at < raw.length && !endsValue(raw.charCodeAt(this.#at))) this.#at++;
    const value = raw.slice(start, this.#at);
    // "name=x" alone: the value is missing, so that what was read is a parameter.
    if (value.includes("=")) {
      this.#at = start;
      return "";
    }
    return value.toLowerCase();
  }

  readParameter(): RawParameter | undefined {
    const raw = this.#raw;
    for (;;) {
      while (this.#at < raw.length && isBetween(raw.charCodeAt(this.#at))) this.#at++;
      if (raw.charCodeAt(this.#at) === OPEN) this.#skipComment();
      else break;
    }
    if (this.#at >= raw.length) return undefined;
    const start = this.#at;
    let code = raw.charCodeAt(start);
    while (this.#at < raw.length && code !== EQUALS && code !== SEMICOLON) code = raw.charCodeAt(++this.#at);
    const name = raw.slice(start, this.#at).trim();
    if (code !== EQUALS) return { name: "", value: "" };
    this.#at++;
    this.#skipBlanks();
    // A missing semicolon leaves the tail of the one before in the name: `x y=z`.
    const lastWord = name.slice(name.lastIndexOf(" ") + 1).toLowerCase();
    if (raw.charCodeAt(this.#at) === QUOTE) return { name: lastWord, value: this.#readQuoted() };
    return { name: lastWord, value: this.#readToken(lastWord) };
  }

  #readToken(name: string): string {
    const raw = this.#raw;
    const start = this.#at;
    // QUIRK: file names come unquoted with spaces in them; every other value ends at the first space.
    const isName = name.startsWith("filename") || name.startsWith("name");
    while (this.#at < raw.length) {
      const code = raw.charCodeAt(this.#at);
      if (code === SEMICOLON || (!isName && (code === SPACE || code === TAB || code === OPEN))) break;
      this.#at++;
    }
    const value = raw.slice(start, this.#at);
    return isName ? value.trim() : value;
  }

  #readQuoted(): string {
    const raw = this.#raw;
    let value = "";
    let from = ++this.#at;
    for (; this.#at < raw.length; this.#at++) {
      const code = raw.charCodeAt(this.#at);
      if (code === QUOTE) break;
      if (code !== BACKSLASH) continue;
      // QUIRK: Windows paths come with lone backslashes; a backslash quotes only what needs quoting.
      const next = raw.charCodeAt(this.#at + 1);
      if (next !== QUOTE && next !== BACKSLASH) continue;
      value += raw.slice(from, this.#at);
      from = ++this.#at;
    }
    value += raw.slice(from, this.#at);
    this.#at++;
    return value;
  }

  #skipBlanks(): void {
    while (isBlank(this.#raw.charCodeAt(this.#at))) this.#at++;
  }

  #skipComment(): void {
    let depth = 0;
    for (; this.#at < this.#raw.length; this.#at++) {
      const code = this.#raw.charCodeAt(this.#at);
      if (code === BACKSLASH) this.#at++;
      else if (code === OPEN) depth++;
      else if (code === CLOSE && --depth === 0) {
        this.#at++;
        return;
      }
    }
  }
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

function isBetween(code: number): boolean {
  return isBlank(code) || code === SEMICOLON || code === COMMA || code === CR || code === LF;
}

function endsValue(code: number): boolean {
  return isBetween(code) || code === OPEN;
}
