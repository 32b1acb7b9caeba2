import { type RawField, splitHeaderBlock, unfold } from "./header-block.js";
import { decodeHeaderText, hasHighBytes } from "./header-text.js";

/** One header field of a message or part. */
export interface HeaderField {
  /** As written. */
  readonly name: string;
  /** Unfolded; encoded-words and raw 8-bit bytes decoded. */
  readonly value: string;
}

/**
 * The header fields of a message or part: in order, duplicates kept, looked up without regard to case. Values are
 * decoded when they are read.
 */
export class MessageHeaders implements Iterable<HeaderField> {
  readonly #block: string;
  #fields: RawField[] | undefined;
  /** Bytes past ASCII, or escape sequences: most blocks have neither, so that most fields need no decoding. */
  #hasRawBytes: boolean | undefined;

  /** `block` holds one character per byte. */
  constructor(block: string) {
    this.#block = block;
  }

  /** Number of fields. */
  get size(): number {
    return this.#split().length;
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
    return this.getRaw(name) !== undefined;
  }

  /** Like {@link get}, unfolded but not decoded, one character per byte. */
  getRaw(name: string): string | undefined {
    const key = name.toLowerCase();
    const fields = this.#split();
    for (let index = fields.length - 1; index >= 0; index--) {
      const field = fields[index];
      if (field !== undefined && isNamed(field, key)) return unfold(field);
    }
    return undefined;
  }

  /** Like {@link getAll}, unfolded but not decoded, one character per byte. */
  getAllRaw(name: string): string[] {
    const key = name.toLowerCase();
    const values: string[] = [];
    for (const field of this.#split()) if (isNamed(field, key)) values.push(unfold(field));
    return values;
  }

  /** The fields grouped by lower-case name, values in order. */
  toMap(): Map<string, string[]> {
    const map = new Map<string, string[]>();
    for (const field of this.#split()) {
      const key = field.name.toLowerCase();
      const raw = unfold(field);
      const values = map.get(key);
      if (values === undefined) map.set(key, [this.#decode(raw)]);
      else values.push(this.#decode(raw));
    }
    return map;
  }

  /** The block as it stands in the message. */
  toBytes(): Buffer {
    return Buffer.from(this.#block, "latin1");
  }

  [Symbol.iterator](): Iterator<HeaderField> {
    return this.#split()
      .map((field) => ({ name: field.name, value: this.#decode(unfold(field)) }))
      [Symbol.iterator]();
  }

  #decode(raw: string): string {
    this.#hasRawBytes ??= this.#block.includes("\u001b") || hasHighBytes(this.#block);
    return this.#hasRawBytes || raw.includes("=?") ? decodeHeaderText(raw) : raw;
  }

  #split(): RawField[] {
    this.#fields ??= splitHeaderBlock(this.#block);
    return this.#fields;
  }
}

/** Lower case is made of names of the right length only. */
function isNamed({ name }: RawField, key: string): boolean {
  return name.length === key.length && (name === key || name.toLowerCase() === key);
}
