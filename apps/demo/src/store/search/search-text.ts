/** Scripts without spaces between words; their text is indexed as pairs of characters. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]+/gu;
/** Accents and vowel signs: people leave them out when they type. */
const MARKS = /\p{M}+/gu;
/** Nothing but letters and digits: an address is found by each of its words. */
const BETWEEN_WORDS = /[^\p{L}\p{N}]+/gu;
/** More than this of one message is not indexed: the index has a limit of its own, 1 MB for each. */
const MAX_CHARACTERS = 200_000;

/**
 * What text is compared by, the same for messages and for what is searched: accents and case dropped, and each run of
 * a script without spaces written as its pairs of characters, so that any two of them in a row are found.
 */
export function toSearchText(text: string): string {
  return fold(text.slice(0, MAX_CHARACTERS))
    .replaceAll(UNSPACED, (run) => ` ${toPairs(run).join(" ")} `)
    .replaceAll(BETWEEN_WORDS, " ")
    .trim();
}

/** The same for one word of a query, as the words that must stand side by side. */
export function toSearchWords(text: string): string[] {
  return toSearchText(text)
    .split(" ")
    .filter((word) => word !== "");
}

/** Whether a text has a run of a script without spaces. */
export function isUnspaced(text: string): boolean {
  return new RegExp(UNSPACED, "u").test(fold(text));
}

function fold(text: string): string {
  // Composed again at the end: the syllables of Hangul are one character each.
  return text.normalize("NFKD").replaceAll(MARKS, "").normalize("NFC").toLowerCase();
}

function toPairs(run: string): string[] {
  const characters = [...run];
  if (characters.length === 1) return characters;
  return characters.slice(1).map((character, index) => `${characters[index]}${character}`);
}
