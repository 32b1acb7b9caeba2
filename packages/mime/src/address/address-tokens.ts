import { encodedWordEnd } from "../header/decode-encoded-words.js";

/** A lexical piece of an address header. */
export interface AddressToken {
  readonly kind: "atom" | "quoted" | "comment" | "angle" | "separator";
  /** Without quotes, parentheses or angle brackets, and unescaped; one of `,` `;` `:` for a separator. */
  readonly text: string;
  /** No white space between it and the token before. */
  readonly isGlued: boolean;
}

const MAX_LITERAL = 64;
const STOPS = ' \t\r\n",;:<(';

/** Splits an address header into tokens (RFC 5322 §3.2), closing what the sender left open. */
export function* tokenizeAddresses(raw: string): Generator<AddressToken> {
  let at = 0;
  let isGlued = false;
  let areQuotesClosed = true;
  while (at < raw.length) {
    const character = raw[at] ?? "";
    if (" \t\r\n".includes(character)) {
      at++;
      isGlued = false;
      continue;
    }
    // One that is never closed must not swallow the addresses behind it.
    if (character === '"' && areQuotesClosed) areQuotesClosed = readQuoted(raw, at + 1)[1] <= raw.length;
    if (character === '"' && !areQuotesClosed) {
      at++;
      continue;
    }
    const [token, next] = readToken(raw, at, character, isGlued);
    yield token;
    at = next;
    isGlued = true;
  }
}

function readToken(raw: string, at: number, character: string, isGlued: boolean): [AddressToken, number] {
  switch (character) {
    case '"': {
      const [text, next] = readQuoted(raw, at + 1);
      return [{ kind: "quoted", text, isGlued }, next];
    }
    case "(": {
      const [text, next] = readComment(raw, at + 1);
      return [{ kind: "comment", text, isGlued }, next];
    }
    case "<": {
      const [text, next] = readAngle(raw, at + 1);
      return [{ kind: "angle", text, isGlued }, next];
    }
    case ",":
    case ";":
    case ":":
      return [{ kind: "separator", text: character, isGlued }, at + 1];
    default: {
      const next = atomEnd(raw, at);
      const text = raw.slice(at, next);
      // The bracket closes an angle that a comma has ended: `<ada@example.org, bob@example.org>`.
      const isClosing = text.endsWith(">") && text.includes("@");
      return [{ kind: "atom", text: isClosing ? text.slice(0, -1) : text, isGlued }, next];
    }
  }
}

function atomEnd(raw: string, start: number): number {
  let at = start;
  while (at < raw.length) {
    if (raw[at] === "=" && raw[at + 1] === "?") {
      // QUIRK: senders leave commas and colons in encoded-words as they are.
      const end = encodedWordEnd(raw, at);
      if (end > 0) {
        at = end;
        continue;
      }
    }
    if (raw[at] === "[") {
      const close = raw.slice(at, at + MAX_LITERAL).indexOf("]");
      if (close > 0) {
        at += close + 1;
        continue;
      }
    }
    if (STOPS.includes(raw[at] ?? "")) break;
    at++;
  }
  return Math.max(at, start + 1);
}

function readQuoted(raw: string, from: number): [string, number] {
  let text = "";
  let at = from;
  for (; at < raw.length && raw[at] !== '"'; at++) {
    if (raw[at] === "\\" && at + 1 < raw.length) at++;
    text += raw[at];
  }
  return [text, at + 1];
}

function readComment(raw: string, from: number): [string, number] {
  let text = "";
  let depth = 1;
  let at = from;
  for (; at < raw.length; at++) {
    const character = raw[at];
    if (character === "\\" && at + 1 < raw.length) at++;
    else if (character === "(") depth++;
    else if (character === ")" && --depth === 0) break;
    text += raw[at];
  }
  return [text, at + 1];
}

function readAngle(raw: string, start: number): [string, number] {
  let quoted = false;
  let from = start;
  while (raw[from] === "<") from++;
  let at = from;
  for (; at < raw.length; at++) {
    const character = raw[at];
    if (character === "\\") at++;
    else if (character === '"') quoted = !quoted;
    else if (character === ">" && !quoted) break;
    // An unclosed bracket must not swallow the addresses after it.
    else if (!quoted && (character === "<" || (character === "," && raw[from] !== "@")))
      return [raw.slice(from, at), at];
  }
  const text = raw.slice(from, at);
  // QUIRK: some systems double the brackets.
  for (let opened = from - start; opened > 0 && raw[at + 1] === ">"; opened--) at++;
  return [text, at + 1];
}
