import { MailError } from "@mailwright/core";
import type { WireArgument } from "./wire-argument.js";

/** What the server has agreed to. */
export interface CommandEncoding {
  /** The longest literal that may follow its announcement at once (LITERAL+, LITERAL-: RFC 7888). */
  readonly maxUnaskedLiteral: number;
  /** Quoted strings may hold UTF-8 (RFC 6855, RFC 9051 §4.3). */
  readonly isUtf8: boolean;
}

/** A command for the wire. */
export interface EncodedCommand {
  /** Each part but the last ends with the announcement of a literal: the server asks for the next one by `+`. */
  readonly parts: readonly Buffer[];
  /** The same for people to read: without secrets, and of literals the size only. */
  readonly shown: string;
}

const NOT_ATOM = /[^\x21-\x7e]|[(){"]/;
const SEQUENCE = /^(?:\$|(?:\d{1,10}|\*)(?::(?:\d{1,10}|\*))?(?:,(?:\d{1,10}|\*)(?::(?:\d{1,10}|\*))?)*)$/;
const NOT_QUOTABLE = /[\0\r\n]/;
const NOT_ASCII = /\P{ASCII}/u;
/** Servers limit the length of a line; what is longer goes as a literal. */
const MAX_QUOTED = 4_096;
const CRLF = "\r\n";

/**
 * Writes a command (RFC 9051 §2.2.1): strings are quoted where they can be and literals where not. Throws
 * `"invalid-argument"` for what IMAP cannot carry.
 */
export function encodeCommand(
  tag: string,
  name: string,
  args: readonly WireArgument[],
  encoding: CommandEncoding,
): EncodedCommand {
  if (NOT_NAME.test(name)) throw unwritable(`${JSON.stringify(name)} is no command`);
  const output = new CommandOutput(encoding);
  output.text(`${tag} ${name}`);
  for (const argument of args) {
    output.text(" ");
    output.argument(argument);
  }
  output.text(CRLF);
  return output.finish();
}

const NOT_NAME = /[^A-Za-z0-9 -]/;

class CommandOutput {
  readonly #encoding: CommandEncoding;
  readonly #parts: Buffer[] = [];
  #pieces: Buffer[] = [];
  #text = "";
  #shown = "";

  constructor(encoding: CommandEncoding) {
    this.#encoding = encoding;
  }

  finish(): EncodedCommand {
    this.#endPart();
    return { parts: this.#parts, shown: this.#shown.trimEnd() };
  }

  text(text: string, shown = text): void {
    this.#text += text;
    this.#shown += shown;
  }

  argument(argument: WireArgument): void {
    if (argument === null) return this.text("NIL");
    if (isArguments(argument)) return this.#list("(", argument, ")");
    if ("section" in argument) {
      this.text(requireAtom(argument.value));
      this.#list("[", argument.section, "]");
      const { partial } = argument;
      if (partial !== undefined) this.text(`<${partial.map(requireNumber).join(".")}>`);
      return;
    }
    if (argument.type === "LITERAL") return this.#literal(argument.value);
    const { type, value, sensitive } = argument;
    if (type === "ATOM") this.text(requireAtom(value));
    else if (type === "SEQUENCE") this.text(requireSet(value));
    else if (type === "TEXT") this.text(requireLine(value), sensitive === true ? "" : value);
    else this.#string(value, sensitive);
  }

  #list(open: string, entries: readonly WireArgument[], close: string): void {
    this.text(open);
    for (const [index, entry] of entries.entries()) {
      if (index > 0) this.text(" ");
      this.argument(entry);
    }
    this.text(close);
  }

  #string(value: string, isSensitive = false): void {
    const mayQuote =
      value.length <= MAX_QUOTED &&
      !NOT_QUOTABLE.test(value) &&
      (this.#encoding.isUtf8 || !NOT_ASCII.test(value));
    if (value.includes("\0")) throw unwritable("A string must not hold NUL");
    if (!mayQuote) return this.#literal(Buffer.from(value, "utf8"));
    const text = `"${value.replace(/["\\]/g, "\\$&")}"`;
    this.text(text, isSensitive ? '"***"' : text);
  }

  #literal(bytes: Buffer): void {
    const isUnasked = bytes.length <= this.#encoding.maxUnaskedLiteral;
    this.text(`{${bytes.length}${isUnasked ? "+" : ""}}${CRLF}`, `<${bytes.length} octets>`);
    if (isUnasked) this.#flush();
    else this.#endPart();
    this.#pieces.push(bytes);
  }

  #flush(): void {
    if (this.#text !== "") this.#pieces.push(Buffer.from(this.#text, "utf8"));
    this.#text = "";
  }

  #endPart(): void {
    this.#flush();
    const [only] = this.#pieces;
    this.#parts.push(only !== undefined && this.#pieces.length === 1 ? only : Buffer.concat(this.#pieces));
    this.#pieces = [];
  }
}

function isArguments(argument: WireArgument): argument is readonly WireArgument[] {
  return Array.isArray(argument);
}

function requireAtom(value: string): string {
  if (value === "" || NOT_ATOM.test(value)) throw unwritable(`${JSON.stringify(value)} is no atom`);
  return value;
}

function requireSet(value: string): string {
  if (!SEQUENCE.test(value)) throw unwritable(`${JSON.stringify(value)} is no set of messages`);
  return value;
}

function requireLine(value: string): string {
  if (NOT_QUOTABLE.test(value) || NOT_ASCII.test(value)) throw unwritable("Text must stay on one line");
  return value;
}

function requireNumber(value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) throw unwritable(`${value} is no number`);
  return value;
}

function unwritable(message: string): MailError {
  return new MailError(message, { code: "invalid-argument", protocol: "imap" });
}
