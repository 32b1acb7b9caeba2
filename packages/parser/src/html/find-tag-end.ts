/** Where a start tag ends. */
export interface TagEnd {
  /** Past its `>`. */
  readonly end: number;
  /** Past the last attribute that is kept. */
  readonly keptEnd: number;
}

const TAB = 0x09;
const SPACE = 0x20;
const QUOTE = 0x22;
const APOSTROPHE = 0x27;
const SLASH = 0x2f;
const EQUALS = 0x3d;
const CLOSE = 0x3e;

/** Walks over the attributes of a start tag from the end of its name on; `undefined` when it is never closed. */
export function findTagEnd(html: string, from: number, maxAttributes: number): TagEnd | undefined {
  let at = from;
  let keptEnd = from;
  for (let count = 0; ; count++) {
    while (isBlank(html.charCodeAt(at)) || html.charCodeAt(at) === SLASH) at++;
    if (at >= html.length) return undefined;
    if (html.charCodeAt(at) === CLOSE) return { end: at + 1, keptEnd };
    at = valueEnd(html, nameEnd(html, at));
    if (at < 0) return undefined;
    if (count < maxAttributes) keptEnd = at;
  }
}

/** The first character counts whatever it is: `=` may start a name. */
function nameEnd(html: string, from: number): number {
  let at = from + 1;
  for (; at < html.length; at++) {
    const code = html.charCodeAt(at);
    if (isBlank(code) || code === SLASH || code === CLOSE || code === EQUALS) break;
  }
  return at;
}

/** Past the value that may follow a name; negative when its quotation mark is never closed. */
function valueEnd(html: string, from: number): number {
  let at = skipBlanks(html, from);
  if (html.charCodeAt(at) !== EQUALS) return from;
  at = skipBlanks(html, at + 1);
  const code = html.charCodeAt(at);
  if (code === QUOTE || code === APOSTROPHE) {
    const close = html.indexOf(code === QUOTE ? '"' : "'", at + 1);
    return close < 0 ? -1 : close + 1;
  }
  while (at < html.length && !isBlank(html.charCodeAt(at)) && html.charCodeAt(at) !== CLOSE) at++;
  return at;
}

function skipBlanks(html: string, from: number): number {
  let at = from;
  while (isBlank(html.charCodeAt(at))) at++;
  return at;
}

/** Tab, line ends, form feed and space. */
function isBlank(code: number): boolean {
  return code === SPACE || (code >= TAB && code <= 0x0d);
}
