import { bareName } from "./bare-name.js";
import { flattenItems } from "./fetch-items.js";
import { isStatus, readStatusText } from "./status-text.js";
import type { WireNode, WireResponse } from "./wire-node.js";
import { WordReader } from "./word-reader.js";

const NUMBER = /^\d+$/;
const MAX_NUMBER = 0xffff_ffff;

/** What a literal is announced for. */
export interface LiteralPlace {
  /** The number and the name at the head of the response. */
  readonly number: string;
  readonly name: string;
  /** The words before the literal, at its own depth, the last of which is its name; made when they are asked for. */
  readonly siblings: readonly WireNode[];
}

/** One response of which the first line has come; further lines follow where it has literals. */
export class OpenResponse implements LiteralPlace {
  readonly #tag: string;
  readonly #command: string;
  readonly #words = new WordReader();
  readonly #isText: boolean;
  #numbers: number[] | undefined;
  /** Where the words begin behind the tag and the first word. */
  readonly #wordsAt: number;
  readonly #name: string;
  /** The first line. */
  readonly #text: string;

  constructor(line: Buffer) {
    this.#text = line.toString("latin1");
    const [, tag = "", gap = "", command = "", blank = "", second = ""] = HEAD.exec(this.#text) ?? [];
    this.#tag = tag;
    this.#command = command;
    this.#isText = tag === "+" || isStatus(command);
    const head = tag + gap + command + blank;
    this.#wordsAt = tag === "+" ? tag.length + gap.length : head.length;
    this.#name = (NUMBER.test(command) ? second : command).toUpperCase();
  }

  /** Whether the line is free text, so that nothing at its end announces a literal. */
  get isText(): boolean {
    return this.#isText;
  }

  get number(): string {
    return this.#command;
  }

  get name(): string {
    return this.#name;
  }

  get siblings(): readonly WireNode[] {
    return this.#words.siblings;
  }

  /** The rest of the first line. */
  readFirst(line: Buffer, end: number): void {
    const at = this.#wordsAt;
    if (this.#isText) return this.#readText(line, at);
    const text = end < line.length ? this.#text.slice(0, end) : this.#text;
    if (this.#tag === "*" && (this.#name === "SEARCH" || this.#name === "SORT")) {
      this.#numbers = readNumbers(text, at);
      return;
    }
    const bare = this.#tag === "*" ? bareName(this.#name, text, at) : undefined;
    if (bare === undefined) {
      this.#words.read(line, text, at, end);
      return;
    }
    this.#words.read(line, text, at, bare.start);
    this.#words.add({ type: "STRING", value: Buffer.from(line.subarray(bare.start, bare.end)) });
    this.#words.read(line, text, bare.end, end);
  }

  /** A line behind a literal. */
  readNext(line: Buffer, end: number): void {
    this.#words.read(line, line.toString("latin1", 0, end), 0, end);
  }

  /** The octets of a literal; none when somebody else took them as they came. */
  addLiteral(bytes: Buffer | undefined, sizeBytes: number): void {
    this.#words.add(
      bytes === undefined
        ? { type: "STREAMED", value: undefined, sizeBytes }
        : { type: "LITERAL", value: bytes },
    );
  }

  finish(): WireResponse {
    const nodes = this.#words.finish();
    const attributes = this.#name === "FETCH" && this.#tag === "*" ? flattenItems(nodes) : nodes;
    const response = { tag: this.#tag, command: this.#command, attributes };
    return this.#numbers === undefined ? response : { ...response, numbers: this.#numbers };
  }

  #readText(line: Buffer, at: number): void {
    for (const node of readStatusText(line, at, this.#tag !== "+")) this.#words.add(node);
  }
}

const HEAD = /^(\S+)( *)(\S*)( *)(\S*)/;

/** The numbers of a SEARCH or SORT; QUIRK: what is none is skipped. `(MODSEQ n)` ends them (RFC 7162 §3.1.5). */
function readNumbers(text: string, at: number): number[] {
  const numbers: number[] = [];
  let value = 0;
  let isNumber = false;
  let isWord = false;
  for (let place = at; place <= text.length; place++) {
    const code = place === text.length ? SPACE : text.charCodeAt(place);
    if (code >= 0x30 && code <= 0x39) {
      isNumber = !isWord || isNumber;
      isWord = true;
      // Hostile digit runs stay above the limit, and finite.
      value = Math.min(value * 10 + code - 0x30, MAX_NUMBER + 1);
    } else if (code === SPACE || code === TAB) {
      if (isNumber && value <= MAX_NUMBER) numbers.push(value);
      value = 0;
      isNumber = false;
      isWord = false;
    } else if (code === OPEN_PAREN) break;
    else {
      isNumber = false;
      isWord = true;
    }
  }
  return numbers;
}

const SPACE = 0x20;
const TAB = 0x09;
const OPEN_PAREN = 0x28;
