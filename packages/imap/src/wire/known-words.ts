/** A word as the nodes of a response have it. */
export interface Word {
  readonly type: "ATOM" | "STRING";
  readonly value: string;
}

/** Longer slices of a string keep the whole string in memory. */
const MAX_SLICE = 12;
/** Words that are longer are seldom said twice. */
const MAX_LENGTH = 24;
const PLACES = 512;

/**
 * The short words that came last, so that what every answer repeats (`TEXT`, `"utf-8"`, `"example.org"`) is made once and
 * not anew for each message. Each has one place, by some of its characters, and takes it over from the one before:
 * a server that never repeats itself fills the places and no more.
 */
const known: (Word | undefined)[] = new Array<undefined>(PLACES).fill(undefined);

/** The ASCII word from `start` to `end` of a line, of which `text` is what it says; it keeps no other string in memory. */
export function readWord(type: Word["type"], line: Buffer, text: string, start: number, end: number): Word {
  const length = end - start;
  const first = text.charCodeAt(start);
  // Numbers say something else each time.
  const isOnce = length === 0 || length > MAX_LENGTH || (first >= 0x30 && first <= 0x39);
  if (isOnce) return { type, value: cut(line, text, start, end) };
  const place = placeOf(length, first, text.charCodeAt(start + (length >> 1)), text.charCodeAt(end - 1));
  const found = known[place];
  if (found?.type === type && found.value.length === length && text.startsWith(found.value, start))
    return found;
  const word: Word = { type, value: cut(line, text, start, end) };
  known[place] = word;
  return word;
}

function cut(line: Buffer, text: string, start: number, end: number): string {
  return end - start <= MAX_SLICE ? text.slice(start, end) : line.toString("latin1", start, end);
}

function placeOf(length: number, first: number, middle: number, last: number): number {
  const mixed = length + first * 31 + middle * 257 + last * 4099;
  return (mixed ^ (mixed >> 9)) % PLACES;
}
