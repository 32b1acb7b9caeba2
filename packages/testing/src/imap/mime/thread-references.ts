import { compareNodes, firstMessage, type ThreadedMessage, type ThreadNode } from "./thread-node.js";

interface LinkedNode extends ThreadNode {
  parent: LinkedNode | undefined;
  children: LinkedNode[];
}

/** Threads by References and In-Reply-To, then by subject (THREAD=REFERENCES, RFC 5256 §3). */
export function threadByReferences(messages: readonly ThreadedMessage[]): ThreadNode[] {
  const roots = linkAll(messages).flatMap((node) => (node.parent === undefined ? prune(node, true) : []));
  sortTree(roots);
  const gathered = gatherSubjects(roots);
  sortTree(gathered);
  return gathered;
}

/** Every message and everything that one refers to, linked to what it answers. */
function linkAll(messages: readonly ThreadedMessage[]): LinkedNode[] {
  const byId = new Map<string, LinkedNode>();
  const nodes: LinkedNode[] = [];
  const create = (message: ThreadedMessage | undefined): LinkedNode => {
    const node: LinkedNode = { message, parent: undefined, children: [] };
    nodes.push(node);
    return node;
  };
  const find = (id: string): LinkedNode => {
    const node = byId.get(id) ?? create(undefined);
    byId.set(id, node);
    return node;
  };
  for (const message of messages) {
    const { messageId } = message;
    // One whose identifier is missing, or another's, is nobody's parent.
    const known = messageId === undefined ? undefined : find(messageId);
    const node = known === undefined || known.message ? create(message) : known;
    node.message = message;
    let elder: LinkedNode | undefined;
    for (const id of message.references) {
      const next = find(id);
      if (elder && next.parent === undefined) link(elder, next);
      elder = next;
    }
    unlink(node);
    if (elder) link(elder, node);
  }
  return nodes;
}

/** Makes `child` an answer to `parent`, unless that would make a loop. */
function link(parent: LinkedNode, child: LinkedNode): void {
  for (let node: LinkedNode | undefined = parent; node; node = node.parent) if (node === child) return;
  child.parent = parent;
  parent.children.push(child);
}

function unlink(node: LinkedNode): void {
  const { parent } = node;
  if (parent === undefined) return;
  parent.children.splice(parent.children.indexOf(node), 1);
  node.parent = undefined;
}

/** Takes out the places of missing messages; one at the root stays when it holds several together. */
function prune(node: LinkedNode, isRoot: boolean): LinkedNode[] {
  node.children = node.children.flatMap((child) => prune(child, false));
  if (node.message) return [node];
  return isRoot && node.children.length > 1 ? [node] : node.children;
}

function sortTree(nodes: ThreadNode[]): void {
  for (const { children } of nodes) sortTree(children);
  nodes.sort(compareNodes);
}

/** Threads of one subject become one (step 5). */
function gatherSubjects(roots: readonly ThreadNode[]): ThreadNode[] {
  const bySubject = new Map<string, ThreadNode>();
  for (const root of roots) {
    const subject = subjectOf(root);
    const known = bySubject.get(subject);
    const isBetter = known?.message && (!root.message || (known.message.isReply && !root.message.isReply));
    if (subject !== "" && (known === undefined || isBetter)) bySubject.set(subject, root);
  }
  const kept: ThreadNode[] = [];
  for (const root of roots) {
    const head = bySubject.get(subjectOf(root));
    if (head === undefined || head === root) kept.push(root);
    else merge(head, root);
  }
  return kept;
}

function merge(head: ThreadNode, root: ThreadNode): void {
  if (!head.message && !root.message) head.children.push(...root.children);
  else if (!head.message || (root.message?.isReply && !head.message.isReply)) head.children.push(root);
  else {
    // Neither answers the other: both stand below the place of a message that is not there.
    const { message, children } = head;
    head.message = undefined;
    head.children = [{ message, children }, root];
  }
}

function subjectOf(node: ThreadNode): string {
  return firstMessage(node)?.baseSubject ?? "";
}
