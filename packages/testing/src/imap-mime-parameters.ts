/** A header value such as `text/plain; charset=utf-8`. */
export interface ParameterizedValue {
  readonly value: string;
  /** Names in lower case, continuations joined (RFC 2231 §3), first of a name wins. */
  readonly parameters: ReadonlyMap<string, string>;
}

const COMMENT = /\((?:[^()\\]|\\.)*\)/g;
const PARAMETER = /;\s*([^\s=;]+)\s*=\s*("(?:[^"\\]|\\.)*"?|[^\s;]*)/g;
const CONTINUATION = /^(.+?)\*(\d+)(\*?)$/;

/** Splits a structured value from its parameters. Never throws: what cannot be read is left out. */
export function parseParameterized(text: string): ParameterizedValue {
  const clean = text.includes("(") ? text.replace(COMMENT, " ") : text;
  const end = clean.indexOf(";");
  const value = (end < 0 ? clean : clean.slice(0, end)).trim();
  const parameters = new Map<string, string>();
  const continued = new Map<string, { parts: string[]; isExtended: boolean }>();
  for (const [, rawName = "", rawValue = ""] of end < 0 ? [] : clean.slice(end).matchAll(PARAMETER)) {
    const name = rawName.toLowerCase();
    const content = unquote(rawValue);
    const continuation = CONTINUATION.exec(name);
    if (!continuation) {
      if (!parameters.has(name)) parameters.set(name, content);
      continue;
    }
    const base = continuation[1] ?? name;
    const entry = continued.get(base) ?? { parts: [], isExtended: false };
    if (Number(continuation[2]) === entry.parts.length) entry.parts.push(content);
    entry.isExtended ||= continuation[3] === "*";
    continued.set(base, entry);
  }
  for (const [base, { parts, isExtended }] of continued) {
    parameters.set(isExtended ? `${base}*` : base, parts.join(""));
  }
  return { value, parameters };
}

function unquote(text: string): string {
  if (!text.startsWith('"')) return text;
  return text.slice(1, text.endsWith('"') && text.length > 1 ? -1 : undefined).replace(/\\(.)/g, "$1");
}
