/** A value of the notation in which the STARTTLS corpus is written (Rust object notation). */
export type RonValue = string | number | boolean | RonValue[] | RonTagged | { [key: string]: RonValue };

/** An enum variant with what it holds, e.g. `Auth(Plain)`. */
export interface RonTagged {
  tag: string;
  values: RonValue[];
}

export function isTagged(value: RonValue | undefined): value is RonTagged {
  return typeof value === "object" && !Array.isArray(value) && Array.isArray((value as RonTagged).values);
}

const TOKEN = /\s+|\/\/[^\n]*|"((?:[^"\\]|\\.)*)"|[A-Za-z_]\w*|-?\d+|[()[\]{}:,]/gsy;
const ESCAPES: Readonly<Record<string, string>> = {
  r: "\r",
  n: "\n",
  t: "\t",
  '"': '"',
  "\\": "\\",
  "0": "\0",
};

/** Parses one document; throws a `SyntaxError` for what it does not know. */
export function parseRon(text: string): RonValue {
  const tokens = tokenize(text);
  let at = 0;
  const peek = (): string | undefined => tokens[at];
  const next = (): string => tokens[at++] ?? fail("the end");
  const fail = (what: string): never => {
    throw new SyntaxError(`Unexpected ${what} after ${tokens.slice(Math.max(0, at - 5), at).join(" ")}`);
  };

  const list = (end: string): RonValue[] => {
    const values: RonValue[] = [];
    while (peek() !== end) {
      values.push(value());
      if (peek() === ",") next();
    }
    next();
    return values;
  };

  const fields = (end: string): Record<string, RonValue> => {
    const entries: Record<string, RonValue> = {};
    while (peek() !== end) {
      const key = next();
      if (next() !== ":") fail("something other than a colon");
      entries[key.startsWith('"') ? unquote(key) : key] = value();
      if (peek() === ",") next();
    }
    next();
    return entries;
  };

  const parenthesised = (): RonValue[] => (tokens[at + 1] === ":" ? [fields(")")] : list(")"));

  const value = (): RonValue => {
    const token = next();
    if (token.startsWith('"')) return unquote(token);
    if (/^-?\d/.test(token)) return Number(token);
    if (token === "true" || token === "false") return token === "true";
    if (token === "[") return list("]");
    if (token === "{") return fields("}");
    if (token === "(") return parenthesised()[0] ?? {};
    if (!/^[A-Za-z_]/.test(token)) fail(token);
    if (peek() !== "(") return { tag: token, values: [] };
    next();
    return { tag: token, values: parenthesised() };
  };

  const parsed = value();
  if (at < tokens.length) fail(peek() ?? "");
  return parsed;
}

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) throw new SyntaxError(`Unexpected ${JSON.stringify(text.slice(from, from + 20))}`);
    if (!/^(\s|\/\/)/.test(match[0])) tokens.push(match[0]);
  }
  return tokens;
}

function unquote(token: string): string {
  return token.slice(1, -1).replace(/\\(.)/gs, (_all, character: string) => ESCAPES[character] ?? character);
}
