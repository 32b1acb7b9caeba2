import { MailError } from "@mailwright/core";
import { atom, type WireArgument } from "../wire/wire-argument.js";
import { searchString } from "./compile-search.js";
import { SEARCH_KEYS, type SearchOperand } from "./search-keys.js";

const DATE = /^\d{1,2}-(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)-\d{4}$/i;
const SET = /^(\d{1,10}|\*)(:(\d{1,10}|\*))?(,(\d{1,10}|\*)(:(\d{1,10}|\*))?)*$/;
const MAX_DEPTH = 50;

interface Word {
  readonly text: string;
  readonly isQuoted: boolean;
}

/**
 * Reads the text form of a search (`UNSEEN FROM "ada" OR SUBJECT x SUBJECT y`) and takes it apart, so
 * that nothing but known keys with fitting operands can reach the wire. Throws `"invalid-argument"`.
 */
export function parseSearchText(text: string): WireArgument[] {
  const words = tokenize(text);
  const criteria: WireArgument[] = [];
  while (words.length > 0) criteria.push(...readKey(words, 0));
  if (criteria.length === 0) throw invalid("The search is empty");
  return criteria;
}

function readKey(words: Word[], depth: number): WireArgument[] {
  if (depth > MAX_DEPTH) throw invalid("The search is nested too deeply");
  const word = words.shift();
  if (word === undefined) throw invalid("The search ends where a key is due");
  if (word.text === "(" && !word.isQuoted) {
    const inner: WireArgument[] = [];
    while (words[0] !== undefined && !(words[0].text === ")" && !words[0].isQuoted))
      inner.push(...readKey(words, depth + 1));
    if (words.shift() === undefined || inner.length === 0) throw invalid("Parentheses do not match");
    // ImapFlow sets no space between the lists of a list that has nothing else.
    return [inner.length > 1 && Array.isArray(inner[0]) ? [atom("ALL"), ...inner] : inner];
  }
  const name = word.text.toUpperCase();
  const operands = word.isQuoted || !Object.hasOwn(SEARCH_KEYS, name) ? undefined : SEARCH_KEYS[name];
  if (operands === undefined) throw invalid(`${JSON.stringify(word.text)} is not a search key`);
  const key: WireArgument[] = [atom(name)];
  for (const operand of operands) {
    if (operand === "key") {
      const inner = readKey(words, depth + 1);
      key.push(...inner);
    } else key.push(readOperand(words, name, operand));
  }
  return key;
}

function readOperand(words: Word[], name: string, operand: Exclude<SearchOperand, "key">): WireArgument {
  const word = words.shift();
  if (word === undefined) throw invalid(`${name} needs a value`);
  const { text, isQuoted } = word;
  if (operand === "text") return searchString(text);
  const fits: Readonly<Record<typeof operand, boolean>> = {
    atom: !isQuoted && /^[!#$&'+-Z^-z|}~[]+$/.test(text),
    date: DATE.test(text),
    number: /^\d{1,20}$/.test(text),
    set: SET.test(text),
  };
  if (!fits[operand]) throw invalid(`${JSON.stringify(text)} does not fit ${name}`);
  return { type: operand === "set" ? "SEQUENCE" : "ATOM", value: text };
}

function tokenize(text: string): Word[] {
  if (/[\0\r\n]/.test(text)) throw invalid("A search must not hold line ends or NUL");
  const words: Word[] = [];
  const pattern = /\s*(?:"((?:[^"\\]|\\["\\])*)"|([()])|([^\s"(){]+))/y;
  while (pattern.lastIndex < text.trimEnd().length) {
    const match = pattern.exec(text);
    if (match === null) throw invalid("The search holds a quote or brace that does not belong there");
    const [, quoted, paren, word] = match;
    words.push({
      text: quoted?.replace(/\\(["\\])/g, "$1") ?? paren ?? word ?? "",
      isQuoted: quoted !== undefined,
    });
  }
  return words;
}

function invalid(message: string): MailError {
  return new MailError(message, { code: "invalid-argument", protocol: "imap", phase: "search" });
}
