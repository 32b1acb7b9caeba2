import { readWord } from "./known-words.js";
import { tooMuch } from "./too-much.js";
import type { WireNode } from "./wire-node.js";

const SPACE = 0x20;
const TAB = 0x09;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_PAREN = 0x28;
const CLOSE_PAREN = 0x29;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const MAX_NODES = 500_000;
/** A thread of more answers to answers is none, and whoever walks through the lists needs a stack. */
const MAX_DEPTH = 1_000;

/** What a bracket may stand behind: `BODY[1.2]`, `BINARY.SIZE[1]`. Others, as in a keyword, belong to their word. */
const HAS_SECTION = /^(?:BODY|BINARY)(?:\.PEEK|\.SIZE)?$/i;
/** `BINARY.SIZE` and `BINARY.PEEK` are the longest. */
const MAX_NAME = 11;
const PARTIAL = /^<(\d{1,10})(?:\.(\d{1,10}))?>/;

/**
 * Reads the words of one response into nodes, line by line, with the literals between them. It reads what is
 * broken too: parentheses that nothing opened are skipped, those that nothing closes end with the response.
 *
 * QUIRK: within quotes, a quote counts as the end only before what may follow a string: Gmail does not escape those
 * of names. A backslash that escapes neither a quote nor another is one (Exchange).
 */
export class WordReader {
  /** The nodes of all that is open, the outermost first: a list is cut out when it ends, no longer than it is. */
  readonly #nodes: WireNode[] = [];
  /** Of those that are around the innermost: where their nodes begin, and as {@link #name}. */
  readonly #outerStarts: number[] = [];
  readonly #outerNames: (string | undefined)[] = [];
  /** Where the nodes of the innermost begin. */
  #start = 0;
  /** The word in whose brackets they stand; `undefined` within parentheses. */
  #name: string | undefined;
  #count = 0;
  #openSections = 0;
  #isCodeRead = false;

  /** Ends what is open, and answers with all words. */
  finish(): readonly WireNode[] {
    while (!this.isBalanced) {
      const name = this.#name;
      const nodes = this.#close();
      // What a bracket opened that nothing closes is no word.
      if (name === undefined) this.#nodes.push(nodes);
    }
    return this.#nodes;
  }

  /** The words at the place where the reader is: the last one tells what a literal that comes belongs to. */
  get siblings(): readonly WireNode[] {
    return this.#nodes.slice(this.#start);
  }

  /** Everything that was opened has been closed. */
  get isBalanced(): boolean {
    return this.#outerStarts.length === 0;
  }

  /** Takes a node that no line holds. */
  add(node: WireNode): void {
    this.#countNode();
    this.#nodes.push(node);
  }

  /** Enters the brackets of a response code; {@link read} comes back behind them. */
  openCode(): void {
    this.#open("");
  }

  /** Reads from `at` to `end`, or to the end of a response code. Answers with where it stopped. */
  read(line: Buffer, text: string, at: number, end: number): number {
    let place = at;
    while (place < end) {
      const code = text.charCodeAt(place);
      if (code === SPACE || code === TAB) place += 1;
      else if (code === OPEN_PAREN) {
        this.#countNode();
        this.#open(undefined);
        place += 1;
      } else if (code === CLOSE_PAREN) {
        if (this.#name === undefined && !this.isBalanced) this.#nodes.push(this.#close());
        place += 1;
      } else if (code === CLOSE_BRACKET && this.#name !== undefined) {
        place = this.#closeSection(text, place + 1);
        if (this.#isCodeRead) return place;
      } else if (code === QUOTE) place = this.#quoted(line, text, place + 1, end);
      else place = this.#atom(line, text, place, end);
    }
    return place;
  }

  #countNode(): void {
    this.#count += 1;
    if (this.#count > MAX_NODES) throw tooMuch(`more than ${MAX_NODES} words in one response`);
  }

  #open(name: string | undefined): void {
    if (this.#outerStarts.length >= MAX_DEPTH)
      throw tooMuch(`more than ${MAX_DEPTH} lists within each other`);
    if (name !== undefined) this.#openSections += 1;
    this.#outerStarts.push(this.#start);
    this.#outerNames.push(this.#name);
    this.#start = this.#nodes.length;
    this.#name = name;
  }

  /** Cuts out what stands in the list or the brackets that end. */
  #close(): WireNode[] {
    const nodes = this.#nodes.splice(this.#start);
    if (this.#name !== undefined) this.#openSections -= 1;
    this.#start = this.#outerStarts.pop() ?? 0;
    this.#name = this.#outerNames.pop();
    return nodes;
  }

  #closeSection(text: string, at: number): number {
    const name = this.#name ?? "";
    const section = this.#close();
    this.#isCodeRead = name === "";
    const [whole = "", offset, length] = PARTIAL.exec(text.slice(at, at + 24)) ?? [];
    const partial = offset === undefined ? undefined : length === undefined ? [+offset] : [+offset, +length];
    this.add({ type: "ATOM", value: name, section, partial });
    return at + whole.length;
  }

  #atom(line: Buffer, text: string, at: number, end: number): number {
    let place = at;
    let isAscii = true;
    let brackets = 0;
    for (; place < end; place++) {
      const code = text.charCodeAt(place);
      if (code === SPACE || code === OPEN_PAREN || code === CLOSE_PAREN || code === TAB) break;
      if (code > 0x7f) isAscii = false;
      else if (code === OPEN_BRACKET) {
        const name = text.slice(at, place);
        if (name.length <= MAX_NAME && HAS_SECTION.test(name)) {
          this.#open(name);
          return place + 1;
        }
        brackets += 1;
      } else if (code === CLOSE_BRACKET && this.#openSections > 0) {
        if (brackets === 0) break;
        brackets -= 1;
      }
    }
    // A bracket that ends nothing, among parentheses within brackets, is a word: reading must go on.
    const stop = Math.max(place, at + 1);
    const length = stop - at;
    if (length === 3 && NIL.test(text.slice(at, stop))) this.add(null);
    else
      this.add(
        isAscii ? readWord("ATOM", line, text, at, stop) : { type: "ATOM", value: copy(line, at, stop) },
      );
    return stop;
  }

  #quoted(line: Buffer, text: string, at: number, end: number): number {
    let place = at;
    let isAscii = true;
    let hasEscapes = false;
    for (; place < end; place++) {
      const code = text.charCodeAt(place);
      if (code === QUOTE && mayFollowString(text, place + 1, end)) break;
      if (code === BACKSLASH && isQuotedSpecial(text.charCodeAt(place + 1)) && place + 1 < end) {
        hasEscapes = true;
        place += 1;
      } else if (code > 0x7f) isAscii = false;
    }
    const stop = Math.min(place, end);
    if (hasEscapes) {
      const value = text.slice(at, stop).replace(ESCAPED, "$1");
      this.add({ type: "STRING", value: isAscii ? value : Buffer.from(value, "latin1") });
    } else if (isAscii) this.add(readWord("STRING", line, text, at, stop));
    else this.add({ type: "STRING", value: copy(line, at, stop) });
    return stop + 1;
  }
}

const NIL = /^NIL$/i;
const ESCAPED = /\\(["\\])/g;

function copy(line: Buffer, start: number, end: number): Buffer {
  return Buffer.from(line.subarray(start, end));
}

function isQuotedSpecial(code: number): boolean {
  return code === QUOTE || code === BACKSLASH;
}

function mayFollowString(text: string, at: number, end: number): boolean {
  if (at >= end) return true;
  const code = text.charCodeAt(at);
  // Two in a row: strings without a blank between them, unless the second one is an end for certain.
  if (code === QUOTE) return !isSeparator(text.charCodeAt(at + 1)) && at + 1 < end;
  return isSeparator(code);
}

function isSeparator(code: number): boolean {
  return (
    code === SPACE || code === TAB || code === OPEN_PAREN || code === CLOSE_PAREN || code === CLOSE_BRACKET
  );
}
