import { decodeHeaderText } from "./header-text.js";
import { joinParameters, type RawParameter } from "./join-parameters.js";

/** A header value with parameters, such as that of Content-Type or Content-Disposition (RFC 2045 §5.1). */
export interface ParameterizedValue {
  /** In lower case; empty when the field has none. */
  readonly value: string;
  /** Names in lower case, values decoded (RFC 2231, and RFC 2047 where a sender used that instead). */
  readonly parameters: ReadonlyMap<string, string>;
}

const MAX_LENGTH = 100_000;
const MAX_PARAMETERS = 2_000;

/** Parses leniently: semicolons may be missing, unquoted values may hold spaces, comments are skipped. */
export function parseParameterizedValue(raw: string): ParameterizedValue {
  const reader = new ParameterReader(raw.slice(0, MAX_LENGTH));
  const value = reader.readValue();
  const parameters: RawParameter[] = [];
  while (parameters.length < MAX_PARAMETERS) {
    const parameter = reader.readParameter();
    if (parameter === undefined) break;
    parameters.push(parameter);
  }
  return { value, parameters: joinParameters(parameters, decodeHeaderText) };
}

const NAME = /[^=;]*/y;
const VALUE = /[^; \t\r\n,(]*/y;

class ParameterReader {
  readonly #raw: string;
  #at = 0;

  constructor(raw: string) {
    this.#raw = raw;
  }

  readValue(): string {
    this.#skip(" \t");
    if (this.#raw[this.#at] === '"') return this.#readQuoted().trim().toLowerCase();
    const start = this.#at;
    VALUE.lastIndex = start;
    VALUE.test(this.#raw);
    this.#at = VALUE.lastIndex;
    const value = this.#raw.slice(start, this.#at);
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
      this.#skip("; \t\r\n,");
      if (raw[this.#at] === "(") this.#skipComment();
      else break;
    }
    if (this.#at >= raw.length) return undefined;
    const start = this.#at;
    NAME.lastIndex = start;
    NAME.test(raw);
    this.#at = NAME.lastIndex;
    const name = raw.slice(start, this.#at).trim();
    if (raw[this.#at] !== "=") return { name: "", value: "" };
    this.#at++;
    this.#skip(" \t");
    // A missing semicolon leaves the tail of the one before in the name: `x y=z`.
    const lastWord = name.slice(name.lastIndexOf(" ") + 1).toLowerCase();
    if (raw[this.#at] === '"') return { name: lastWord, value: this.#readQuoted() };
    return { name: lastWord, value: this.#readToken(lastWord) };
  }

  #readToken(name: string): string {
    const raw = this.#raw;
    const start = this.#at;
    let stop = raw.indexOf(";", start);
    if (stop < 0) stop = raw.length;
    const value = raw.slice(start, stop);
    // QUIRK: file names come unquoted with spaces in them; every other value ends at the first space.
    if (name.startsWith("filename") || name.startsWith("name")) {
      this.#at = stop;
      return value.trim();
    }
    let length = 0;
    while (length < value.length && !" \t(".includes(value[length] ?? "")) length++;
    this.#at = start + length;
    return value.slice(0, length);
  }

  #readQuoted(): string {
    const raw = this.#raw;
    let value = "";
    let from = ++this.#at;
    while (this.#at < raw.length && raw[this.#at] !== '"') {
      // QUIRK: Windows paths come with lone backslashes; a backslash quotes only what needs quoting.
      if (raw[this.#at] === "\\" && (raw[this.#at + 1] === '"' || raw[this.#at + 1] === "\\")) {
        value += raw.slice(from, this.#at);
        from = ++this.#at;
      }
      this.#at++;
    }
    value += raw.slice(from, this.#at);
    this.#at++;
    return value;
  }

  #skip(characters: string): void {
    while (this.#at < this.#raw.length && characters.includes(this.#raw[this.#at] ?? "")) this.#at++;
  }

  #skipComment(): void {
    let depth = 0;
    for (; this.#at < this.#raw.length; this.#at++) {
      const character = this.#raw[this.#at];
      if (character === "\\") this.#at++;
      else if (character === "(") depth++;
      else if (character === ")" && --depth === 0) {
        this.#at++;
        return;
      }
    }
  }
}
