import { isList, type WireNode } from "./wire-node.js";

/**
 * The words of a FETCH as `FETCH (items)`. QUIRK: Domino closes the list after ENVELOPE and goes on outside of it, or
 * begins before it (`UID 1 (ENVELOPE (…)) BODYSTRUCTURE (…)`).
 */
export function flattenItems(nodes: readonly WireNode[]): readonly WireNode[] {
  const [name, list, ...rest] = nodes;
  if (name === undefined || (isList(list) && rest.length === 0)) return nodes;
  const items: WireNode[] = [];
  let isName = true;
  for (const node of nodes.slice(1)) {
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
