import type { Sql } from "./open-database.js";

/** By the connection of each open transaction: whom to wake when it has been committed. */
const wanted = new WeakMap<object, Set<string>>();

/** Wakes who listens for a topic, in every process, when the transaction has been committed. */
export function wakeAfter({ $client }: Sql, topic: string): void {
  const topics = wanted.get($client) ?? new Set();
  wanted.set($client, topics.add(topic));
}

/** What a transaction asked for so far, and forgets it. */
export function takeWakes(client: object): readonly string[] {
  const topics = wanted.get(client);
  wanted.delete(client);
  return [...(topics ?? [])];
}
