import type { Message } from "../api/answers.js";

/** What else a conversation has beside a message: each once, though a server may show it in several folders. */
export function othersInThread(message: Message, thread: readonly Message[]): Message[] {
  const known = new Set<string>([nameOf(message)]);
  return thread.filter((other) => {
    const name = nameOf(other);
    if (other.id === message.id || known.has(name)) return false;
    known.add(name);
    return true;
  });
}

/** Without a Message-ID nothing tells that two are the same. */
function nameOf({ id, messageId }: Message): string {
  return messageId ?? String(id);
}
