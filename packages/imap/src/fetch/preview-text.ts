/** RFC 8970 §3.1. */
const MAX_CHARACTERS = 200;
/** What stands further down is no beginning. */
const MAX_HTML = 65_536;

/** The beginning of a plain text on one line. */
export function toPreview(text: string): string {
  const words = text
    .slice(0, 20 * MAX_CHARACTERS)
    .replace(/[\s\p{Cf}\p{Cc}]+/gu, " ")
    .trim();
  return Array.from(words).slice(0, MAX_CHARACTERS).join("").trimEnd();
}

/** The same of HTML, which may be cut anywhere: not safe as HTML, and not meant to be. */
export function toHtmlPreview(whole: string): string {
  const html = whole.slice(0, MAX_HTML);
  const lower = html.toLowerCase();
  let text = "";
  for (let at = 0; at < html.length && text.length < 20 * MAX_CHARACTERS; ) {
    const open = html.indexOf("<", at);
    const end = open < 0 ? html.length : open;
    text += `${html.slice(at, end)} `;
    if (open < 0) break;
    at = behindTag(lower, open);
  }
  return toPreview(text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,5}));/gi, readEntity));
}

/** Whole of what holds no text: comments, style sheets, scripts. */
const HIDDEN: readonly (readonly [begin: RegExp, end: string])[] = [
  [/^<!--/, "-->"],
  [/^<style\b/, "</style"],
  [/^<script\b/, "</script"],
  [/^<title\b/, "</title"],
];

/** In lower case, and where the tag begins. */
function behindTag(html: string, open: number): number {
  const head = html.slice(open, open + 8);
  const hidden = HIDDEN.find(([begin]) => begin.test(head));
  const from = hidden === undefined ? open : html.indexOf(hidden[1], open);
  const close = from < 0 ? -1 : html.indexOf(">", from);
  return close < 0 ? html.length : close + 1;
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
};

function readEntity(whole: string, decimal?: string, hexadecimal?: string, name?: string): string {
  if (name !== undefined) return Object.hasOwn(ENTITIES, name) ? (ENTITIES[name] ?? whole) : whole;
  const code = decimal === undefined ? Number.parseInt(hexadecimal ?? "", 16) : Number(decimal);
  return code > 0 && code <= 0x10_ffff ? String.fromCodePoint(code) : whole;
}
