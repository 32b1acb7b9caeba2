import { compareNodes, type ThreadedMessage, type ThreadNode } from "./thread-node.js";

/** Threads by subject alone, all others below the first (THREAD=ORDEREDSUBJECT, RFC 5256 §3). */
export function threadBySubject(messages: readonly ThreadedMessage[]): ThreadNode[] {
  const nodes = messages.map((message): ThreadNode => ({ message, children: [] })).sort(compareNodes);
  const bySubject = new Map<string, ThreadNode>();
  for (const node of nodes) {
    const subject = node.message?.baseSubject ?? "";
    const first = bySubject.get(subject);
    if (first) first.children.push(node);
    else bySubject.set(subject, node);
  }
  return [...bySubject.values()];
}
