import type { ImapPart } from "../../src/index.js";

/** The path and type of each part of a tree, those of attached messages too, in their order. */
export function outline(part: ImapPart | undefined): string[] {
  if (part === undefined) return [];
  const { path, contentType, children, message } = part;
  const below = message === undefined ? children : [message.structure];
  return [`${path} ${contentType}`, ...below.flatMap(outline)];
}
