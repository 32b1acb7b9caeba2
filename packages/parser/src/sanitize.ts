import sanitize from "sanitize-html";

/** How {@link sanitizeHtml} works. */
export interface SanitizeOptions {
  /**
   * Keep images and backgrounds from the network, which tell the sender that the mail was opened.
   *
   * @defaultValue false
   */
  readonly allowRemoteContent?: boolean;
  /**
   * Where an inline image (`cid:`) is found; answers its URL, or `undefined` to leave it out.
   */
  readonly resolveContentId?: (contentId: string) => string | undefined;
  /**
   * Characters of HTML that are looked at; the rest is left out.
   *
   * @defaultValue 2 000 000
   */
  readonly maxCharacters?: number;
}

const MAX_CHARACTERS = 2_000_000;
const MAX_NESTING = 500;
const STYLE_VALUE = [/^[^<>\\]{0,300}$/];
const SAFE_STYLES = [
  "color",
  "background-color",
  "font-size",
  "font-weight",
  "font-style",
  "font-family",
  "text-align",
  "text-decoration",
  "line-height",
  "width",
  "height",
  "max-width",
  "border",
  "border-collapse",
  "padding",
  "margin",
  "vertical-align",
];

/**
 * Takes scripts, forms, frames, event handlers, dangerous addresses and, unless allowed, everything from the network
 * out of the HTML of a message. Needs the package sanitize-html beside this one. Show the result in a sandboxed frame
 * all the same.
 */
export function sanitizeHtml(html: string, options: SanitizeOptions = {}): string {
  const isRemoteAllowed = options.allowRemoteContent ?? false;
  const resolve = options.resolveContentId ?? ((): undefined => undefined);
  return sanitize(html.slice(0, options.maxCharacters ?? MAX_CHARACTERS), {
    allowedTags: [...sanitize.defaults.allowedTags, "img", "font", "center", "del", "ins", "u", "s"],
    allowedAttributes: {
      "*": ["style", "align", "valign", "bgcolor", "dir", "lang", "title"],
      a: ["href", "name", "rel", "target"],
      img: ["src", "alt", "width", "height"],
      font: ["color", "face", "size"],
      table: ["width", "height", "border", "cellpadding", "cellspacing"],
      td: ["width", "height", "colspan", "rowspan"],
      th: ["width", "height", "colspan", "rowspan"],
    },
    // `url()` in a style reaches the network; so do the shorthands that may hold one.
    allowedStyles: {
      "*": Object.fromEntries(SAFE_STYLES.map((name) => [name, isRemoteAllowed ? STYLE_VALUE : LOCAL_STYLE])),
    },
    allowedSchemes: ["http", "https", "mailto", "tel"],
    allowedSchemesByTag: { img: isRemoteAllowed ? ["http", "https", "data", "blob"] : ["data", "blob"] },
    allowProtocolRelative: false,
    nestingLimit: MAX_NESTING,
    transformTags: {
      a: (tagName, attribs) => ({
        tagName,
        attribs: { ...attribs, rel: "noopener noreferrer nofollow", target: "_blank" },
      }),
      img: (tagName, attribs) => ({ tagName, attribs: withResolvedSource(attribs, resolve) }),
    },
    exclusiveFilter: (frame) => frame.tag === "img" && frame.attribs["src"] === undefined,
  });
}

const LOCAL_STYLE = [/^(?!.{0,300}url\s{0,9}\()[^<>\\]{0,300}$/i];

function withResolvedSource(
  attribs: Readonly<Record<string, string>>,
  resolve: (contentId: string) => string | undefined,
): Record<string, string> {
  const { src, ...rest } = attribs;
  if (src === undefined || !src.toLowerCase().startsWith("cid:")) return attribs;
  const url = resolve(src.slice(4));
  return url === undefined ? rest : { ...rest, src: url };
}
