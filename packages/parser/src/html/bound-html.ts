import { ElementStack } from "./element-stack.js";
import { findTagEnd } from "./find-tag-end.js";

/** What an HTML document may hold; more is left out, text is kept. */
export interface HtmlBounds {
  /** Characters; those behind are not looked at. */
  readonly maxCharacters: number;
  /** Levels of elements. */
  readonly maxDepth: number;
  /** Start tags, and angle brackets that start none. */
  readonly maxTags: number;
  /** Attributes of one tag. */
  readonly maxAttributes: number;
}

/** Their text is for programs. */
const CODE: ReadonlySet<string> = new Set(["script", "style", "xmp", "iframe", "noembed", "noframes"]);
/** What looks like tags in them is text. */
const RAW_TEXT: ReadonlySet<string> = new Set(["title", "textarea"]);
const MAX_NAME = 32;
const LETTER = /[A-Za-z]/;
const NAME = /[^\s/>]*/y;
const COMMENT_END = /--!?>/g;

/**
 * Cuts an HTML document to its bounds in one pass, before any library sees it: comments and scripts go, what is too deep
 * or too much loses its tags, and every element that is left has both its tags, properly nested. It takes out nothing
 * that is dangerous.
 *
 * Whoever builds a tree from tags looks through the elements that are open, again and again; with those and their number
 * bounded, nothing that is made of the answer takes more than linear time.
 */
export function boundHtml(html: string, bounds: HtmlBounds): string {
  return new HtmlBounder(html.slice(0, bounds.maxCharacters), bounds).cut();
}

class HtmlBounder {
  readonly #html: string;
  readonly #bounds: HtmlBounds;
  readonly #elements: ElementStack;
  readonly #pieces: string[] = [];
  #tagsLeft: number;

  constructor(html: string, bounds: HtmlBounds) {
    this.#html = html;
    this.#bounds = bounds;
    this.#elements = new ElementStack(bounds.maxDepth);
    this.#tagsLeft = bounds.maxTags;
  }

  cut(): string {
    const html = this.#html;
    for (let at = 0; at < html.length; ) {
      const open = html.indexOf("<", at);
      this.#pieces.push(html.slice(at, open < 0 ? html.length : open));
      at = open < 0 ? html.length : this.#readMarkup(open);
    }
    this.#pieces.push(this.#elements.closeAll());
    return this.#pieces.join("");
  }

  /** Answers where to go on. */
  #readMarkup(open: number): number {
    const html = this.#html;
    const next = html[open + 1] ?? "";
    if (LETTER.test(next)) return this.#readStartTag(open);
    if (next === "/" && LETTER.test(html[open + 2] ?? "")) return this.#readEndTag(open);
    if (html.startsWith("<!--", open)) {
      COMMENT_END.lastIndex = open + 2;
      return COMMENT_END.test(html) ? COMMENT_END.lastIndex : html.length;
    }
    if (next === "!" || next === "?" || next === "/") return past(html, ">", open);
    // Escaped, or else it would make a tag of what follows when markup between is left out.
    if (this.#tagsLeft-- > 0) this.#pieces.push("&lt;");
    return open + 1;
  }

  #readStartTag(open: number): number {
    const html = this.#html;
    const nameEnd = this.#nameEnd(open + 1);
    const tag = findTagEnd(html, nameEnd, this.#bounds.maxAttributes);
    if (tag === undefined) return html.length;
    const name = html.slice(open + 1, Math.min(nameEnd, open + 1 + MAX_NAME)).toLowerCase();
    if (CODE.has(name)) return past(html, ">", this.#findRawEnd(name, tag.end));
    if (nameEnd - open <= MAX_NAME && this.#tagsLeft > 0) {
      const ends = this.#elements.open(name);
      if (ends !== undefined) {
        this.#tagsLeft--;
        this.#pieces.push(ends, html.slice(open, tag.keptEnd), ">");
      }
    }
    if (!RAW_TEXT.has(name)) return tag.end;
    const rawEnd = this.#findRawEnd(name, tag.end);
    this.#pieces.push(html.slice(tag.end, rawEnd).replaceAll("<", "&lt;"));
    return rawEnd;
  }

  #readEndTag(open: number): number {
    const nameEnd = this.#nameEnd(open + 2);
    if (nameEnd - open <= MAX_NAME + 2)
      this.#pieces.push(this.#elements.close(this.#html.slice(open + 2, nameEnd).toLowerCase()));
    return past(this.#html, ">", nameEnd);
  }

  #nameEnd(from: number): number {
    NAME.lastIndex = from;
    return NAME.test(this.#html) ? NAME.lastIndex : from;
  }

  /** The end tag of an element whose content holds no tags, or the end of all. */
  #findRawEnd(name: string, from: number): number {
    const end = new RegExp(`</${name}(?=[\\s/>])`, "gi");
    end.lastIndex = from;
    return end.exec(this.#html)?.index ?? this.#html.length;
  }
}

/** The place after the next occurrence, or the end. */
function past(text: string, sought: string, from: number): number {
  const found = text.indexOf(sought, from);
  return found < 0 ? text.length : found + sought.length;
}
