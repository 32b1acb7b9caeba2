import type { MimeNode } from "../structure/mime-node.js";

/** The leaves of a message by what a reader does with them. */
export interface BodySelection {
  /** What makes up the plain text view; HTML where there is no plain alternative. */
  readonly text: readonly MimeNode[];
  /** What makes up the HTML view; plain text where there is no HTML alternative. */
  readonly html: readonly MimeNode[];
  /** Everything else. */
  readonly attachments: readonly MimeNode[];
}

interface Lists {
  readonly text: MimeNode[];
  readonly html: MimeNode[];
  readonly attachments: MimeNode[];
}

/** Sorts the leaves of a MIME tree into bodies and attachments (the algorithm of RFC 8621 §4.1.4). */
export function selectBodies(root: MimeNode): BodySelection {
  const lists: Lists = { text: [], html: [], attachments: [] };
  visit([root], "mixed", false, true, true, lists);
  return lists;
}

function visit(
  parts: readonly MimeNode[],
  multipart: string,
  inAlternative: boolean,
  wantsText: boolean,
  wantsHtml: boolean,
  lists: Lists,
): void {
  const textBefore = lists.text.length;
  const htmlBefore = lists.html.length;
  let [needsText, needsHtml] = [wantsText, wantsHtml];
  for (const [index, part] of parts.entries()) {
    const type = part.contentType;
    if (part.isMultipart) {
      const kind = type.slice("multipart/".length);
      visit(part.children, kind, inAlternative || kind === "alternative", needsText, needsHtml, lists);
      continue;
    }
    if (!isInline(part, index, multipart)) lists.attachments.push(part);
    else if (multipart === "alternative") {
      if (type === "text/html") lists.html.push(part);
      else lists.text.push(part);
    } else {
      if (inAlternative && type === "text/plain") needsHtml = false;
      if (inAlternative && type === "text/html") needsText = false;
      if (needsText) lists.text.push(part);
      if (needsHtml) lists.html.push(part);
      if (!needsText && !needsHtml) lists.attachments.push(part);
    }
  }
  if (multipart !== "alternative" || !wantsText || !wantsHtml) return;
  const [newText, newHtml] = [lists.text.slice(textBefore), lists.html.slice(htmlBefore)];
  if (newText.length === 0) lists.text.push(...newHtml);
  else if (newHtml.length === 0) lists.html.push(...newText);
}

function isInline(part: MimeNode, index: number, multipart: string): boolean {
  const type = part.contentType;
  if (part.disposition === "attachment" || (type !== "text/plain" && type !== "text/html")) return false;
  if (multipart === "related") return isRoot(part, index);
  // A later text with a name is a file.
  return index === 0 || part.filename === undefined;
}

/** The part that a multipart/related shows: the one that its `start` names, else the first (RFC 2387 §3.2). */
function isRoot(part: MimeNode, index: number): boolean {
  const start = part.parent?.parameters.get("start")?.trim().replace(/^<|>$/g, "");
  const isNamed = part.parent?.children.some(({ contentId }) => contentId === start) ?? false;
  return start !== undefined && isNamed ? part.contentId === start : index === 0;
}
