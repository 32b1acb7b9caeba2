import { asBuffer } from "../bytes/as-buffer.js";
import { HeaderBlock } from "./header-block.js";
import { decodeHeaderText, hasHighBytes } from "./header-text.js";

/** One header field of a message or part. */
export interface HeaderField {
  /** As written. */
  readonly name: string;
  /** Unfolded; encoded-words and raw 8-bit bytes decoded. */
  readonly value: string;
}

/** Of node:util, which need not be there: it hands itself to those that have a say in how they are shown. */
type Inspect = (value: unknown, options: object) => string;

/**
 * The header fields of a message or part: in order, duplicates kept, looked up without regard to case. Values are
 * decoded when they are read.
 */
export class MessageHeaders implements Iterable<HeaderField> {
  readonly #text: string;
  #block: HeaderBlock | undefined;
  /** Bytes past ASCII, or escape sequences: most blocks have neither, so that most fields need no decoding. */
  #hasRawBytes: boolean | undefined;

  /** Of the bytes of a header, or a string with one character for each of them. */
  constructor(block: Uint8Array | string) {
    this.#text = typeof block === "string" ? block : asBuffer(block).toString("latin1");
    if (!isInspectable) makeInspectable();
  }

  /** Number of fields. */
  get size(): number {
    return this.#fields().size;
  }

  /** The value of the last field of that name, as most readers take it; `undefined` when there is none. */
  get(name: string): string | undefined {
    const raw = this.getRaw(name);
    return raw === undefined ? undefined : this.#decode(raw);
  }

  /** The values of all fields of that name, first one first. */
  getAll(name: string): string[] {
    return this.getAllRaw(name).map((raw) => this.#decode(raw));
  }

  has(name: string): boolean {
    return this.#findLast(name) >= 0;
  }

  /** Like {@link get}, unfolded but not decoded, one character per byte. */
  getRaw(name: string): string | undefined {
    const index = this.#findLast(name);
    return index < 0 ? undefined : this.#fields().value(index);
  }

  /** Like {@link getAll}, unfolded but not decoded, one character per byte. */
  getAllRaw(name: string): string[] {
    const fields = this.#fields();
    const key = name.toLowerCase();
    const values: string[] = [];
    for (let index = 0; index < fields.size; index++)
      if (fields.isNamed(index, key)) values.push(fields.value(index));
    return values;
  }

  /** The fields grouped by lower-case name, values in order. */
  toMap(): Map<string, string[]> {
    const map = new Map<string, string[]>();
    for (const { name, value } of this) {
      const key = name.toLowerCase();
      const values = map.get(key);
      if (values === undefined) map.set(key, [value]);
      else values.push(value);
    }
    return map;
  }

  /** All fields in order, as plain data. */
  toJSON(): HeaderField[] {
    return [...this];
  }

  /** The block as it stands in the message. */
  toBytes(): Buffer {
    return Buffer.from(this.#text, "latin1");
  }

  [Symbol.iterator](): Iterator<HeaderField, undefined, undefined> {
    const fields = this.#fields();
    let index = 0;
    // No generator: those are not inlined, and all headers of all messages are read in loops.
    return {
      next: () => {
        if (index >= fields.size) return { done: true, value: undefined };
        const value = { name: fields.name(index), value: this.#decode(fields.value(index)) };
        index++;
        return { done: false, value };
      },
    };
  }

  #decode(raw: string): string {
    this.#hasRawBytes ??= this.#text.includes("\u001b") || hasHighBytes(this.#text);
    return this.#hasRawBytes || raw.includes("=?") ? decodeHeaderText(raw) : raw;
  }

  #findLast(name: string): number {
    const fields = this.#fields();
    const key = name.toLowerCase();
    let index = fields.size - 1;
    while (index >= 0 && !fields.isNamed(index, key)) index--;
    return index;
  }

  #fields(): HeaderBlock {
    this.#block ??= new HeaderBlock(this.#text);
    return this.#block;
  }
}

let isInspectable = false;

/**
 * What console.log shows. With the first block and not in the class, which bundles could not leave out otherwise; and by
 * this name, since a member with a symbol for a name cannot be declared with isolated declarations.
 */
function makeInspectable(): void {
  isInspectable = true;
  Object.defineProperty(MessageHeaders.prototype, Symbol.for("nodejs.util.inspect.custom"), {
    value(this: MessageHeaders, depth: number, options: object, inspect: Inspect): string {
      const lines = (): string[] => this.toJSON().map(({ name, value }) => `${name}: ${value}`);
      return depth < 0 ? "[MessageHeaders]" : `MessageHeaders ${inspect(lines(), options)}`;
    },
  });
}
