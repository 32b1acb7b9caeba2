import { beforeImport } from "@mailwright/core/internal";
import type { FormatCallback } from "html-to-text";
import { boundHtml } from "../html/bound-html.js";

/** How {@link htmlToText} works. */
export interface HtmlToTextOptions {
  /**
   * Characters of HTML that are looked at; the rest is left out.
   *
   * @defaultValue 500 000
   */
  readonly maxCharacters?: number | undefined;
  /**
   * Column to wrap at; `false` leaves paragraphs on one line.
   *
   * @defaultValue false
   */
  readonly wordWrap?: number | false | undefined;
}

const MAX_CHARACTERS = 500_000;
const MAX_DEPTH = 200;
const MAX_TAGS = 30_000;
const MAX_ATTRIBUTES = 40;

/**
 * Turns HTML into plain text with the package html-to-text, which is loaded at the first call. Size, depth and breadth
 * are bounded; markup that it cannot read at all comes back with its tags taken out. Links show their address, unless it
 * would run code (`javascript:`, `vbscript:`, `data:`). Never rejects.
 */
export async function htmlToText(html: string, options: HtmlToTextOptions = {}): Promise<string> {
  beforeImport();
  const { convert } = await import("html-to-text");
  const input = boundHtml(html, {
    maxCharacters: options.maxCharacters ?? MAX_CHARACTERS,
    maxDepth: MAX_DEPTH,
    maxTags: MAX_TAGS,
    maxAttributes: MAX_ATTRIBUTES,
  });
  try {
    return convert(input, {
      wordwrap: options.wordWrap ?? false,
      formatters: { cell: formatCell },
      selectors: [
        { selector: "tr", format: "block", options: { leadingLineBreaks: 1, trailingLineBreaks: 1 } },
        { selector: "td", format: "cell" },
        { selector: "th", format: "cell" },
        { selector: "img", format: "skip" },
        {
          selector: "a",
          options: { hideLinkHrefIfSameAsText: true, ignoreHref: false, pathRewrite: withoutCode },
        },
      ],
    });
  } catch {
    // Nothing is known to get here: the tree is bounded.
    return withoutTags(input);
  }
}

/** Keeps the words of neighbouring cells apart. */
const formatCell: FormatCallback = (cell, walk, builder) => {
  walk(cell.children, builder);
  builder.addInline(" ");
};

/** Some program may make the text clickable again; programs skip controls and spaces before they read the scheme. */
function withoutCode(address: string): string {
  const readAs = address.replace(/[\p{Cc}\p{Cf}\s]/gu, "");
  return /^(?:javascript|vbscript|data):/i.test(readAs) ? "" : address;
}

function withoutTags(html: string): string {
  let text = "";
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf("<", at);
    if (open < 0) return text + html.slice(at);
    text += html.slice(at, open);
    const close = html.indexOf(">", open);
    if (close < 0) return text;
    at = close + 1;
  }
  return text;
}
