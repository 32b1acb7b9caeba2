/** What threading looks at in a message. */
export interface ThreadedMessage {
  /** How the client names it. */
  readonly number: number;
  readonly messageId: string | undefined;
  /** Those that it answers, the eldest first. */
  readonly references: readonly string[];
  readonly baseSubject: string;
  /** The subject says that it answers or forwards another. */
  readonly isReply: boolean;
  readonly sentMs: number;
}

/** A message in a thread, or the place of one that is not there. */
export interface ThreadNode {
  message: ThreadedMessage | undefined;
  children: ThreadNode[];
}

/** By the time of sending, that of the first child where there is no message; equal ones in the mailbox's order. */
export function compareNodes(a: ThreadNode, b: ThreadNode): number {
  const left = firstMessage(a);
  const right = firstMessage(b);
  if (left === undefined || right === undefined) return 0;
  return left.sentMs - right.sentMs || left.number - right.number;
}

/** The message of a node, or of its first child. */
export function firstMessage(node: ThreadNode): ThreadedMessage | undefined {
  return node.message ?? node.children[0]?.message;
}

/** Writes threads as THREAD does (RFC 5256 §4): `(2)(3 6 (4 23)(44 7 96))`. */
export function formatThreads(threads: readonly ThreadNode[]): string {
  return threads.map((thread) => `(${formatNode(thread)})`).join("");
}

function formatNode(node: ThreadNode): string {
  const words: string[] = [];
  let current = node;
  for (;;) {
    if (current.message) words.push(String(current.message.number));
    const [only] = current.children;
    if (only === undefined || current.children.length > 1) break;
    current = only;
  }
  if (current.children.length > 0) words.push(formatThreads(current.children));
  return words.join(" ");
}
