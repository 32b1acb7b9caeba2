import { encodeWords } from "./encode-words.js";
import { FoldedLines, LINE_CHARACTERS, MOST_CHARACTERS } from "./fold-line.js";

/** Words of printable ASCII with one space between them. */
const PLAIN = /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/;

/** How a value is put on lines. */
export interface FoldOptions {
  /**
   * Characters that stand before the value on its line: the field name, the colon and the space.
   *
   * @defaultValue 0
   */
  readonly column?: number | undefined;
}

/**
 * Text as the value of an unstructured field such as Subject (RFC 5322 §3.6.5): folded, with encoded-words in UTF-8 for
 * what is not printable ASCII, and for what readers would take for one. Line breaks in the text come out encoded, so that
 * no text can add a field.
 */
export function encodeHeaderText(text: string, options: FoldOptions = {}): string {
  const { column = 0 } = options;
  // As most are.
  if (column + text.length <= LINE_CHARACTERS && PLAIN.test(text) && !text.includes("=?")) return text;
  const lines = new FoldedLines(column);
  const words = text.split(" ");
  for (let at = 0; at < words.length; ) {
    const end = encodedEnd(words, at);
    if (end === at) lines.add(words[at++] ?? "");
    else {
      for (const word of encodeWords(words.slice(at, end).join(" "), lines.room)) lines.add(word);
      at = end;
    }
  }
  return lines.toString();
}

/**
 * Where the words that must be encoded together end; `at` when the one there may stay as it is. With an empty word, which
 * is white space, go its neighbours: at the edge of an encoded-word it would be lost.
 */
function encodedEnd(words: readonly string[], at: number): number {
  let end = at;
  while (
    end < words.length &&
    (isUnsafe(words[end]) || words[end + 1] === "" || (end > at && words[end - 1] === ""))
  )
    end++;
  return end;
}

/** An empty word is white space that folding or reading would drop. */
function isUnsafe(word: string | undefined): boolean {
  return word === undefined || word === "" || word.length > MOST_CHARACTERS || !isPlainWord(word);
}

/** Printable ASCII that is not taken for an encoded-word. */
export function isPlainWord(word: string): boolean {
  return /^[\x21-\x7e]*$/.test(word) && !word.includes("=?");
}
