import { toBaseSubject } from "./base-subject.js";

/** What {@link threadMessages} needs to know of a message; a `ParsedMessage` has it all. */
export interface ThreadableMessage {
  readonly messageId: string | undefined;
  readonly inReplyTo: string | undefined;
  readonly references: readonly string[];
  readonly subject: string | undefined;
}

/** A message of a conversation, with the answers to it. */
export interface Thread<T> {
  /** `undefined` for a message that others refer to and that is not in the list. */
  readonly message: T | undefined;
  readonly replies: readonly Thread<T>[];
}

/** How {@link threadMessages} works. */
export interface ThreadOptions {
  /**
   * Join conversations of the same subject when one of them is a reply without references.
   *
   * @defaultValue true
   */
  readonly bySubject?: boolean;
}

interface Container<T> {
  message: T | undefined;
  parent: Container<T> | undefined;
  readonly replies: Set<Container<T>>;
}

const MAX_REFERENCES = 100;
const MAX_DEPTH = 1_000;

/**
 * Puts messages into conversations by their references, and by subject where references are missing (Jamie Zawinski's
 * algorithm, RFC 5256 §3 REFERENCES). The order of the list is kept among neighbours.
 */
export function threadMessages<T extends ThreadableMessage>(
  messages: Iterable<T>,
  options: ThreadOptions = {},
): Thread<T>[] {
  const table = new Map<string, Container<T>>();
  const all = new Set<Container<T>>();
  for (const message of messages) addMessage(message, table, all);
  const roots = [...all].filter((container) => container.parent === undefined);
  const threads = roots.flatMap((root) => pruneEmpty(root));
  return (options.bySubject ?? true) ? joinBySubject(threads) : threads;
}

function addMessage<T extends ThreadableMessage>(
  message: T,
  table: Map<string, Container<T>>,
  all: Set<Container<T>>,
): void {
  const create = (): Container<T> => {
    const container: Container<T> = { message: undefined, parent: undefined, replies: new Set() };
    all.add(container);
    return container;
  };
  const find = (id: string): Container<T> => {
    const known = table.get(id);
    if (known !== undefined) return known;
    const container = create();
    table.set(id, container);
    return container;
  };
  const { messageId } = message;
  // A second message with the same identifier stands for itself.
  const isTaken = messageId !== undefined && table.get(messageId)?.message !== undefined;
  const own = messageId === undefined || isTaken ? create() : find(messageId);
  own.message = message;
  const references = message.references.slice(-MAX_REFERENCES);
  if (message.inReplyTo !== undefined && !references.includes(message.inReplyTo))
    references.push(message.inReplyTo);
  let parent: Container<T> | undefined;
  for (const id of references) {
    if (id === messageId) continue;
    const container = find(id);
    // Links that exist already are not changed by what a later message claims.
    if (parent !== undefined && container.parent === undefined) link(parent, container);
    parent = container;
  }
  if (parent === undefined) return;
  if (own.parent !== undefined) own.parent.replies.delete(own);
  own.parent = undefined;
  link(parent, own);
}

function link<T>(parent: Container<T>, child: Container<T>): void {
  let depth = 0;
  // A container without replies is nobody's ancestor; past the bound a loop is assumed.
  for (
    let above: Container<T> | undefined = parent;
    above !== undefined && child.replies.size > 0;
    above = above.parent
  )
    if (above === child || ++depth > MAX_DEPTH) return;
  if (parent === child) return;
  child.parent = parent;
  parent.replies.add(child);
}

/** Turns containers into threads from the leaves up, without those that hold neither message nor several replies. */
function pruneEmpty<T>(root: Container<T>): Thread<T>[] {
  const order: Container<T>[] = [root];
  for (let index = 0; index < order.length; index++) {
    for (const reply of order[index]?.replies ?? []) order.push(reply);
  }
  const done = new Map<Container<T>, Thread<T>[]>();
  for (const container of order.reverse()) {
    const replies = [...container.replies].flatMap((reply) => done.get(reply) ?? []);
    const keepsEmpty = container === root && replies.length > 1;
    if (container.message !== undefined || keepsEmpty)
      done.set(container, [{ message: container.message, replies }]);
    else done.set(container, replies);
    for (const reply of container.replies) done.delete(reply);
  }
  return done.get(root) ?? [];
}

function joinBySubject<T extends ThreadableMessage>(threads: readonly Thread<T>[]): Thread<T>[] {
  const bySubject = new Map<string, { thread: Thread<T>; joined: Thread<T>[] }>();
  const result: { thread: Thread<T>; joined: Thread<T>[] }[] = [];
  for (const thread of threads) {
    const { base, isReply } = toBaseSubject(firstSubject(thread) ?? "");
    const known = base === "" ? undefined : bySubject.get(base);
    if (known !== undefined && isReply) {
      known.joined.push(thread);
      continue;
    }
    const entry = { thread, joined: [] };
    result.push(entry);
    if (base !== "" && known === undefined) bySubject.set(base, entry);
  }
  return result.map(({ thread, joined }) =>
    joined.length === 0 ? thread : { message: thread.message, replies: [...thread.replies, ...joined] },
  );
}

function firstSubject<T extends ThreadableMessage>(thread: Thread<T>): string | undefined {
  return thread.message?.subject ?? thread.replies[0]?.message?.subject;
}
