import { type OperationOptions, throwIfAborted } from "@mailwright/core";
import { fetchHeads } from "./fetch-heads.js";
import type { ImapConnections } from "./imap-connections.js";
import type { ImapMessage, MessagesQuery } from "./imap-message.js";
import type { ImapSession } from "./imap-session.js";
import { listUids } from "./list-uids.js";
import { headerNames, type MessageHead, toMessageHead } from "./message-items.js";
import { fetchSources } from "./message-sources.js";
import { fetchTexts } from "./message-texts.js";
import type { RunOptions } from "./run-options.js";
import { requireSameMailbox } from "./same-mailbox.js";
import { serializable } from "./serializable.js";
import { unfetchable } from "./unfetchable.js";

/** The messages of a folder, one by one; the next batch is fetched while the caller works on the last. */
export async function* readMessages(
  connections: ImapConnections,
  folder: string,
  query: MessagesQuery,
  options: OperationOptions,
): AsyncGenerator<ImapMessage, void, undefined> {
  headerNames(query);
  const operation = { signal: options.signal, timeoutMs: options.timeoutMs };
  for await (const batch of prefetch(messageBatches(connections, folder, query, operation))) {
    for (const message of batch) {
      // What is in memory already is not wanted any more either.
      throwIfAborted(options.signal, "imap", "fetch");
      yield serializable(message);
    }
  }
}

/**
 * The messages of a folder, batch by batch. A connection is held only while a batch is being fetched,
 * never while the caller works on it: commands inside the loop work, and leaving it stops the download.
 */
async function* messageBatches(
  connections: ImapConnections,
  folder: string,
  query: MessagesQuery,
  operation: OperationOptions,
): AsyncGenerator<readonly ImapMessage[], void, undefined> {
  const options = { ...operation, synced: new WeakSet<ImapSession>() };
  const { maxBatchMessages } = connections.account.options.limits;
  const role = await connections.roleOf(folder, options);
  const listed = await connections.inFolder(
    folder,
    async (session, mailbox, signal) => ({
      uids: await listUids(session, mailbox, query, signal),
      uidValidity: mailbox.uidValidity,
    }),
    options,
  );
  const keptBack: number[] = [];
  for (let start = 0; start < listed.uids.length; start += maxBatchMessages) {
    const wanted = listed.uids.slice(start, start + maxBatchMessages);
    const fetched = await connections.inFolder(
      folder,
      (session, mailbox, signal) => {
        requireSameMailbox(mailbox, listed.uidValidity);
        return fetchHeads(session, wanted, query, signal);
      },
      options,
    );
    if (fetched.unfetchable.length > 0) {
      const { unfetchable: uids } = fetched;
      if (query.onUnfetchable === undefined) keptBack.push(...uids);
      else query.onUnfetchable({ uids, error: unfetchable(folder, uids) });
    }
    const heads: MessageHead[] = [];
    for (const uid of wanted) {
      const row = fetched.rows.get(uid);
      if (row !== undefined) heads.push(toMessageHead(uid, row, folder, role, query));
    }
    yield* bodies(connections, folder, heads, query, listed.uidValidity, options);
  }
  if (keptBack.length > 0) throw unfetchable(folder, keptBack);
}

async function* bodies(
  connections: ImapConnections,
  folder: string,
  heads: readonly MessageHead[],
  query: MessagesQuery,
  uidValidity: number | undefined,
  options: RunOptions,
): AsyncGenerator<readonly ImapMessage[], void, undefined> {
  const { limits } = connections.account.options;
  const { body = "none" } = query;
  if (body === "none") {
    yield heads.map(({ message }) => message);
    return;
  }
  const weigh = body === "full" ? sourceBytes : (head: MessageHead) => textBytes(head, limits.maxTextBytes);
  for (const group of groupByBytes(heads, weigh, limits.maxBatchBytes)) {
    yield await connections.inFolder(
      folder,
      (session, mailbox, signal) => {
        requireSameMailbox(mailbox, uidValidity);
        const fetch = body === "full" ? fetchSources : fetchTexts;
        return fetch(session, group, limits, signal);
      },
      options,
    );
  }
}

/** Runs ahead by one: the next batch is fetched while the caller works on the last. */
export async function* prefetch<T>(
  source: AsyncGenerator<T, void, undefined>,
): AsyncGenerator<T, void, undefined> {
  let next = source.next();
  // Nobody may ever ask for it: then its failure concerns nobody.
  next.catch(() => {});
  try {
    for (;;) {
      const result = await next;
      if (result.done === true) return;
      next = source.next();
      next.catch(() => {});
      yield result.value;
    }
  } finally {
    // Not awaited: the batch under way ends by itself, and nothing follows it.
    source.return().catch(() => {});
  }
}

/** Runs of messages whose bodies together stay under the limit; one larger than it is on its own. */
export function groupByBytes<T>(items: readonly T[], weigh: (item: T) => number, maxBytes: number): T[][] {
  const groups: T[][] = [];
  let group: T[] = [];
  let bytes = 0;
  for (const item of items) {
    const weight = weigh(item);
    if (group.length > 0 && bytes + weight > maxBytes) {
      groups.push(group);
      group = [];
      bytes = 0;
    }
    group.push(item);
    bytes += weight;
  }
  if (group.length > 0) groups.push(group);
  return groups;
}

const sourceBytes = (head: MessageHead): number => head.message.sizeBytes;

function textBytes({ textParts }: MessageHead, most: number): number {
  return textParts.reduce((sum, part) => sum + Math.min(part.encodedBytes, most), 0);
}
