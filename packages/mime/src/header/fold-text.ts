import { LINE_CHARACTERS } from "./fold-line.js";

/** Between a word and the white space behind it. */
const FOLD_POINT = /(?<=[^ \t])(?=[ \t])/;

/**
 * Folds a value that has to stay as it is, as structured ones do (RFC 5322 §2.2.3): line ends are put in front of white
 * space and nothing else is changed, so unfolding gives the same text. White space around it is left away, words too long
 * for a line stay whole. The text has no line ends of its own.
 */
export function foldText(text: string, column: number): string {
  const value = text.trim();
  if (column + value.length <= LINE_CHARACTERS) return value;
  let folded = "";
  let used = column;
  for (const piece of value.split(FOLD_POINT)) {
    const isFolded = folded !== "" && used + piece.length > LINE_CHARACTERS;
    folded += isFolded ? `\r\n${piece}` : piece;
    used = (isFolded ? 0 : used) + piece.length;
  }
  return folded;
}
