import { type NumberSet, parseNumberSet } from "./number-set.js";
import { ImapRefusal } from "./refusal.js";

const ATOM = /[!#$&'+-[^-z|}~]+/y;
const ASTRING_ATOM = /[!#$&'+-[\]^-z|}~]+/y;
const LIST_PATTERN = /[!#$%&'*+-[\]^-z|}~]+/y;
const FLAG = /\\?[!#$&'+-[^-z|}~]+/y;
const QUOTED = /"((?:[^"\\\r\n]|\\["\\])*)"/y;
const LITERAL = /~?\{\d+\+?\}\r\n/y;
const NUMBER = /\d{1,19}/y;
const NUMBER_SET = /[\d:,*$]+/y;

/**
 * Reads the arguments of one command from left to right. Every method throws a `BAD` refusal when
 * the next thing is not what it reads.
 */
export class ImapArguments {
  readonly #text: string;
  readonly #literals: readonly Buffer[];
  #position = 0;
  #literalIndex = 0;

  constructor(text: string, literals: readonly Buffer[]) {
    this.#text = text;
    this.#literals = literals;
  }

  get isAtEnd(): boolean {
    return this.#position >= this.#text.length;
  }

  /** The next character without consuming it; empty at the end. */
  peek(): string {
    return this.#text.charAt(this.#position);
  }

  end(): void {
    if (!this.isAtEnd) throw new ImapRefusal("BAD", "Unexpected extra arguments");
  }

  space(): void {
    this.character(" ");
  }

  character(expected: string): void {
    if (!this.tryCharacter(expected)) {
      throw new ImapRefusal("BAD", `Expected ${expected === " " ? "a space" : expected}`);
    }
  }

  tryCharacter(expected: string): boolean {
    if (this.peek() !== expected) return false;
    this.#position += 1;
    return true;
  }

  atom(): string {
    return this.#read(ATOM, "an atom");
  }

  /** An atom in capitals: command names, item names, keywords. */
  keyword(): string {
    return this.atom().toUpperCase();
  }

  flag(): string {
    return this.#read(FLAG, "a flag");
  }

  number(): number {
    return Number(this.#read(NUMBER, "a number"));
  }

  numberSet(): NumberSet {
    return parseNumberSet(this.#read(NUMBER_SET, "a set of numbers"));
  }

  /** What matches a sticky expression, or `undefined` with nothing consumed. */
  tryMatch(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#position;
    const match = pattern.exec(this.#text);
    if (!match) return undefined;
    this.#position = pattern.lastIndex;
    return match[1] ?? match[0];
  }

  /** Everything that is left. */
  rest(): string {
    const rest = this.#text.slice(this.#position);
    this.#position = this.#text.length;
    return rest;
  }

  astring(): string {
    return this.#isString() ? this.string() : toUtf8(this.#read(ASTRING_ATOM, "a string"));
  }

  string(): string {
    return this.stringBytes().toString("utf8");
  }

  stringBytes(): Buffer {
    if (this.peek() !== '"') return this.literal();
    const quoted = this.tryMatch(QUOTED);
    if (quoted === undefined) throw new ImapRefusal("BAD", "Broken quoted string");
    return Buffer.from(quoted.replace(/\\(["\\])/g, "$1"), "latin1");
  }

  /** A string, or `undefined` for NIL. */
  nstring(): string | undefined {
    if (this.#isString()) return this.string();
    if (this.keyword() !== "NIL") throw new ImapRefusal("BAD", "Expected a string or NIL");
    return undefined;
  }

  literal(): Buffer {
    if (this.tryMatch(LITERAL) === undefined) throw new ImapRefusal("BAD", "Expected a string");
    const literal = this.#literals[this.#literalIndex];
    this.#literalIndex += 1;
    if (!literal) throw new ImapRefusal("BAD", "Missing literal");
    return literal;
  }

  /** A mailbox pattern of LIST, where `%` and `*` are allowed. */
  listPattern(): string {
    return this.#isString() ? this.string() : toUtf8(this.#read(LIST_PATTERN, "a mailbox pattern"));
  }

  /** A parenthesised list, possibly empty, items apart by one space. */
  list<T>(readItem: () => T): T[] {
    this.character("(");
    const items: T[] = [];
    if (this.tryCharacter(")")) return items;
    do items.push(readItem());
    while (this.tryCharacter(" "));
    this.character(")");
    return items;
  }

  #isString(): boolean {
    const next = this.peek();
    return next === '"' || next === "{" || next === "~";
  }

  #read(pattern: RegExp, what: string): string {
    const text = this.tryMatch(pattern);
    if (text === undefined) throw new ImapRefusal("BAD", `Expected ${what}`);
    return text;
  }
}

function toUtf8(latin1: string): string {
  return Buffer.from(latin1, "latin1").toString("utf8");
}
