/** Characters of a line that should not be exceeded (RFC 5322 §2.1.1). */
export const LINE_CHARACTERS = 76;
/** Less of a line is not worth a piece of its own. */
const LEAST_ROOM = 30;
/** Characters that a line cannot have more of; a little less, for the field name and the white space. */
export const MOST_CHARACTERS = 900;

/**
 * Puts pieces on lines (RFC 5322 §2.2.3): with a space between them, or a line end and a space where the line would get
 * too long. Each piece brings the mark that ends it along, a comma say, and none is broken.
 */
export class FoldedLines {
  #text = "";
  #column: number;
  #isEmpty = true;

  /** `column` is what stands before the first piece on its line: the field name, a colon and a space. */
  constructor(column: number) {
    this.#column = column;
  }

  /** What one more piece that can be made to measure may take: the rest of the line, or a new one if little is left. */
  get room(): number {
    const rest = this.#rest();
    return rest < LEAST_ROOM && !this.#isEmpty ? LINE_CHARACTERS - 1 : rest;
  }

  /** The first piece stays on its line: a line of nothing but white space is no line (RFC 5322 §3.2.2). */
  add(piece: string): void {
    const isFolded = !this.#isEmpty && piece.length > this.#rest();
    const separator = isFolded ? "\r\n " : this.#isEmpty ? "" : " ";
    this.#text += separator + piece;
    this.#column = (isFolded ? 1 : this.#column + separator.length) + piece.length;
    this.#isEmpty = false;
  }

  toString(): string {
    return this.#text;
  }

  #rest(): number {
    return LINE_CHARACTERS - this.#column - (this.#isEmpty ? 0 : 1);
  }
}
