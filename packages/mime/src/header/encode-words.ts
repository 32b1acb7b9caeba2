import { toHexPair } from "../bytes/digits.js";

/** Of an encoded-word, its charset and marks included (RFC 2047 §2). */
const MAX_WORD = 75;
/** Around the text of a word: `=?utf-8?q?` and `?=`. */
const FRAME = 12;
/** A first word shorter than that is not worth its frame; a character takes up to twelve. */
const LEAST_ROOM = FRAME + 12;
/** What may stand for itself wherever a word may be, in phrases too (RFC 2047 §5). */
const SAFE = /^[A-Za-z0-9!*+/-]$/;

/**
 * Text as encoded-words of UTF-8 (RFC 2047), to be joined by white space, which readers drop. They are
 * in the Q encoding when most characters stand for themselves there, else in base64, and none ends within a character. `room` is what the first one may take.
 */
export function encodeWords(text: string, room: number): string[] {
  const characters = [...text].map(toUtf8);
  const isQ = isMostlySafe(characters);
  const words: string[] = [];
  let pending: Buffer[] = [];
  let length = 0;
  let limit = Math.min(MAX_WORD, Math.max(room, LEAST_ROOM)) - FRAME;
  const endWord = (): void => {
    if (pending.length > 0) words.push(isQ ? toQWord(pending) : toBWord(pending));
    pending = [];
    length = 0;
    limit = MAX_WORD - FRAME;
  };
  for (const character of characters) {
    const cost = isQ ? toQ(character).length : character.length;
    // Base64 comes in groups: what counts is their number.
    if ((isQ ? length + cost : Math.ceil((length + cost) / 3) * 4) > limit) endWord();
    pending.push(character);
    length += cost;
  }
  endWord();
  return words;
}

function toUtf8(character: string): Buffer {
  return Buffer.from(character, "utf8");
}

function isMostlySafe(characters: readonly Buffer[]): boolean {
  return characters.filter((character) => toQ(character).length === 1).length * 2 >= characters.length;
}

function toQWord(characters: readonly Buffer[]): string {
  return `=?utf-8?q?${characters.map(toQ).join("")}?=`;
}

function toBWord(characters: readonly Buffer[]): string {
  return `=?utf-8?b?${Buffer.concat(characters).toString("base64")}?=`;
}

function toQ(character: Buffer): string {
  const plain = character.toString("latin1");
  if (plain === " ") return "_";
  if (SAFE.test(plain)) return plain;
  let escaped = "";
  for (const byte of character) escaped += `=${toHexPair(byte)}`;
  return escaped;
}
