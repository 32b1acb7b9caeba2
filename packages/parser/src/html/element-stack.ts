/** Elements that have no end tag and hold nothing. */
const VOID: ReadonlySet<string> = new Set(
  "area base basefont br col command embed frame hr img input isindex keygen link meta param source track wbr".split(
    " ",
  ),
);
const CELLS = "td th";
const ROWS = `tr ${CELLS}`;
/** What the start of an element ends when it is the innermost one: their end tags may be left out (HTML §13.1.2.4). */
const ENDED_BY_START: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ...entries("li", "li"),
  ...entries("dd dt", "dd dt"),
  ...entries("rt rp", "rt rp"),
  ...entries("option", "option"),
  ...entries("optgroup", "optgroup option"),
  ...entries("td th", CELLS),
  ...entries("tr", ROWS),
  ...entries("thead tbody tfoot", `thead tbody tfoot ${ROWS}`),
  ...entries(
    "p h1 h2 h3 h4 h5 h6 address article aside blockquote center details div dl fieldset figcaption figure footer form " +
      "header hr main nav ol pre section table ul",
    "p",
  ),
]);

/**
 * The elements that are open at a place of an HTML document, of which only so many levels are kept. Every step takes
 * constant time, spread over the elements: a stray end tag is not looked for.
 */
export class ElementStack {
  readonly #names: string[] = [];
  readonly #open = new Map<string, number>();
  readonly #maxDepth: number;

  constructor(maxDepth: number) {
    this.#maxDepth = maxDepth;
  }

  /** Opens an element. Answers the end tags to write before it, or `undefined` when it is too deep to be kept. */
  open(name: string): string | undefined {
    let ends = "";
    const ended = ENDED_BY_START.get(name);
    while (ended?.has(this.#names.at(-1) ?? "") === true) ends += this.#pop();
    const isKept = this.#names.length < this.#maxDepth;
    if (!VOID.has(name)) {
      this.#names.push(name);
      this.#open.set(name, (this.#open.get(name) ?? 0) + 1);
    }
    // What was ended above a place that is too deep was itself too deep.
    return isKept ? ends : undefined;
  }

  /** Closes the innermost element of that name and all within. Answers their end tags; none for a stray one. */
  close(name: string): string {
    if ((this.#open.get(name) ?? 0) === 0) return "";
    let ends = "";
    for (let popped = ""; popped !== name; ) {
      popped = this.#names.at(-1) ?? name;
      ends += this.#pop();
    }
    return ends;
  }

  /** Closes what is still open. */
  closeAll(): string {
    let ends = "";
    while (this.#names.length > 0) ends += this.#pop();
    return ends;
  }

  #pop(): string {
    const name = this.#names.pop();
    if (name === undefined) return "";
    this.#open.set(name, (this.#open.get(name) ?? 1) - 1);
    return this.#names.length < this.#maxDepth ? `</${name}>` : "";
  }
}

function entries(started: string, ended: string): [string, ReadonlySet<string>][] {
  const set = new Set(ended.split(" "));
  return started.split(" ").map((name) => [name, set]);
}
