/** A header value such as `text/plain; charset=utf-8`. */
export interface ParameterizedValue {
  readonly value: string;
  /** In order, names as written, continuations joined (RFC 2231 §3). */
  readonly parameters: readonly MimeParameter[];
}

/** A name and its value without quotes. */
export type MimeParameter = readonly [name: string, value: string];

/** Quoted strings, comments, `;` and `=`, white space, and everything else. */
const TOKEN = /"((?:[^"\\]|\\.)*)"?|\((?:[^()\\]|\\.)*\)|[;=]|\s+|[^\s;="(]+|\(/gs;
const CONTINUATION = /^(.+?)\*(\d+)(\*?)$/;

/** Splits a structured value from its parameters. Never throws: what cannot be read is left out. */
export function parseParameterized(text: string): ParameterizedValue {
  const [[value] = [""], ...rest] = splitAtSemicolons(text);
  const pairs = rest.flatMap(([name, content]): MimeParameter[] =>
    name !== "" && content !== undefined ? [[name, content]] : [],
  );
  return { value, parameters: joinContinuations(pairs) };
}

/** The value of a parameter, whatever the case of its name. */
export function findParameter(parameters: readonly MimeParameter[], name: string): string | undefined {
  return parameters.find(([candidate]) => candidate.toLowerCase() === name)?.[1];
}

function splitAtSemicolons(text: string): [before: string, after: string | undefined][] {
  const pieces: [string, string | undefined][] = [["", undefined]];
  for (const [token, quoted] of text.matchAll(TOKEN)) {
    const piece = pieces.at(-1);
    if (token === ";") pieces.push(["", undefined]);
    else if (!piece || token.trim() === "" || token.startsWith("(")) continue;
    else if (token === "=" && piece[1] === undefined) piece[1] = "";
    else {
      const content = quoted === undefined ? token : quoted.replace(/\\(.)/gs, "$1");
      // What follows without a semicolon in between belongs to nothing.
      if (piece[1] !== undefined) piece[1] ||= content;
      else if (piece[0] === "" || piece[0].endsWith("/") || content.startsWith("/")) piece[0] += content;
    }
  }
  return pieces;
}

function joinContinuations(pairs: readonly MimeParameter[]): MimeParameter[] {
  const joined: MimeParameter[] = [];
  const continued = new Map<string, { parts: string[]; isExtended: boolean }>();
  for (const [name, value] of pairs) {
    const [, base = name, index, star] = CONTINUATION.exec(name) ?? [];
    if (index === undefined) {
      joined.push([name, value]);
      continue;
    }
    const entry = continued.get(base) ?? { parts: [], isExtended: false };
    if (Number(index) === entry.parts.length) entry.parts.push(value);
    entry.isExtended ||= star === "*";
    continued.set(base, entry);
  }
  for (const [base, { parts, isExtended }] of continued) {
    joined.push([isExtended ? `${base}*` : base, parts.join("")]);
  }
  return joined;
}
