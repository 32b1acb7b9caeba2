import sanitize from "sanitize-html";
import { boundHtml } from "./html/bound-html.js";

/** How {@link sanitizeHtml} works. */
export interface SanitizeOptions {
  /**
   * Keep images and backgrounds from the network, which tell the sender that the mail was opened.
   *
   * @defaultValue false
   */
  readonly allowRemoteContent?: boolean | undefined;
  /**
   * Where an inline image (`cid:`) is found; answers its URL, or `undefined` to leave it out. The URL is yours and stays
   * as it is, remote or not.
   */
  readonly resolveContentId?: ((contentId: string) => string | undefined) | undefined;
  /**
   * Characters of HTML that are looked at; the rest is left out.
   *
   * @defaultValue 2 000 000
   */
  readonly maxCharacters?: number | undefined;
}

const MAX_CHARACTERS = 2_000_000;
/** An answer to an answer to … fifty times nests some three hundred elements. */
const MAX_DEPTH = 400;
/** Large newsletters have ten thousand. */
const MAX_TAGS = 30_000;
const MAX_ATTRIBUTES = 40;
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

const ALWAYS_LOCAL = ["data", "blob"];
/** The image tags of the sanitizer, whose attributes have their angle brackets and quotes escaped. */
const IMAGE = /<img(?: [^<>]*)? \/>/g;

/**
 * Takes scripts, forms, frames, event handlers, dangerous addresses and, unless allowed, everything from the network
 * out of the HTML of a message. What is nested more than 400 deep or stands behind 30 000 tags keeps its text only, so that
 * no message takes long. Needs the package sanitize-html beside this one. Show the result in a sandboxed frame all the same.
 */
export function sanitizeHtml(html: string, options: SanitizeOptions = {}): string {
  const isRemoteAllowed = options.allowRemoteContent ?? false;
  const images = new InlineImages(options.resolveContentId);
  const bounded = boundHtml(html, {
    maxCharacters: options.maxCharacters ?? MAX_CHARACTERS,
    maxDepth: MAX_DEPTH,
    maxTags: MAX_TAGS,
    maxAttributes: MAX_ATTRIBUTES,
  });
  const sanitized = sanitize(bounded, {
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
    allowedSchemesByTag: { img: isRemoteAllowed ? ["http", "https", ...ALWAYS_LOCAL] : ALWAYS_LOCAL },
    allowProtocolRelative: false,
    transformTags: {
      a: (tagName, attribs) => ({
        tagName,
        attribs: { ...attribs, rel: "noopener noreferrer nofollow", target: "_blank" },
      }),
      img: (tagName, attribs) => ({ tagName, attribs: images.mark(attribs) }),
    },
  });
  // Not the sanitizer's own filter, which copies all of the document for each image that it takes out.
  return sanitized.replace(IMAGE, (tag) => images.finish(tag));
}

const LOCAL_STYLE = [/^(?!.{0,300}url\s{0,9}\()[^<>\\]{0,300}$/i];

/** Inline images, whose URLs the caller answers for: they pass the sanitizer under names that no sender can guess. */
class InlineImages {
  readonly #resolve: (contentId: string) => string | undefined;
  readonly #prefix = `blob:${crypto.randomUUID()}/`;
  readonly #urls: string[] = [];

  constructor(resolve: ((contentId: string) => string | undefined) | undefined) {
    this.#resolve = resolve ?? ((): undefined => undefined);
  }

  mark(attribs: Readonly<Record<string, string>>): Record<string, string> {
    const { src, ...rest } = attribs;
    if (src === undefined || !src.toLowerCase().startsWith("cid:")) return attribs;
    const url = this.#resolve(src.slice(4));
    return url === undefined ? rest : { ...rest, src: `${this.#prefix}${this.#urls.push(url) - 1}` };
  }

  /** An image without a source is left out. */
  finish(tag: string): string {
    const start = tag.indexOf(' src="');
    if (start < 0) return "";
    const from = start + ' src="'.length;
    if (!tag.startsWith(this.#prefix, from)) return tag;
    const end = tag.indexOf('"', from);
    const url = this.#urls[Number(tag.slice(from + this.#prefix.length, end))] ?? "";
    return tag.slice(0, from) + escapeAttribute(url) + tag.slice(end);
  }
}

function escapeAttribute(value: string): string {
  return value
    .replaceAll("&", "&amp;")
    .replaceAll('"', "&quot;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}
