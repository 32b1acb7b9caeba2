import { isList, type WireNode } from "./wire-node.js";

/**
 * The words of a FETCH as `FETCH (items)`. QUIRK: Domino puts ENVELOPE between parentheses of its own, inside of the list
 * (`(UID 1 (ENVELOPE (…)) BODYSTRUCTURE (…))`) or instead of it, or closes the list after ENVELOPE and goes on outside.
 */
export function flattenItems(nodes: readonly WireNode[]): readonly WireNode[] {
  const [name, list] = [nodes[0], nodes[1]];
  if (name === undefined) return nodes;
  const isWhole = isList(list) && nodes.length === 2;
  if (isWhole && !list.some((node, index) => index % 2 === 0 && isList(node))) return nodes;
  const items: WireNode[] = [];
  let isName = true;
  for (const node of isWhole ? list : nodes.slice(1)) {
    if (isName && isList(node)) {
      // Not spread into a call: a list may have more entries than a call takes arguments.
      for (const item of node) items.push(item);
      isName = node.length % 2 === 0;
    } else {
      items.push(node);
      isName = !isName;
    }
  }
  return [name, items];
}
