/** What a script has heard and says again: `$tag` and the named groups of its expressions. */
export class RememberedWords {
  readonly #words = new Map<string, string>();

  add(groups: Readonly<Record<string, string>>): void {
    for (const [name, word] of Object.entries(groups)) this.#words.set(name, word);
  }

  /** Puts what is remembered in the place of its `$name`; other names stay. */
  substitute(bytes: Uint8Array): Buffer {
    const buffer = Buffer.from(bytes);
    if (this.#words.size === 0 || !buffer.includes("$")) return buffer;
    const text = buffer.toString("latin1");
    return Buffer.from(
      text.replace(/\$([A-Za-z]\w*)/g, (all, name: string) => this.#words.get(name) ?? all),
      "latin1",
    );
  }
}
