import type { OperationOptions } from "@mailwright/core";
import { throwIfAborted } from "@mailwright/core/internal";
import type { SessionRunner } from "../connection/session-runner.js";
import type { FolderRole } from "../folders/folder.js";
import { roleOfFolder } from "../folders/role-of-folder.js";
import type { ResolvedImapLimits } from "../imap-limits.js";
import { serializable } from "../serializable.js";
import type { ImapSession } from "../session/imap-session.js";
import { requireSameMailbox, type SelectedMailbox } from "../session/selected-mailbox.js";
import { fetchHeads } from "./fetch-heads.js";
import { headerNames } from "./header-names.js";
import type { ImapMessage, MessagesQuery } from "./imap-message.js";
import { listUids } from "./list-uids.js";
import { type MessageHead, toMessageHead } from "./message-items.js";
import { withPreviews } from "./message-previews.js";
import { fetchSources } from "./message-sources.js";
import { fetchTexts } from "./message-texts.js";
import { unfetchableError } from "./missing-messages.js";
import { prefetch } from "./prefetch.js";

/** How messages are read. */
export interface ReadOptions extends OperationOptions {
  /** The folder that the UIDs are of; rejects with `"conflict"` when it is another by now. @defaultValue as it is found */
  readonly mailbox?: { readonly uidValidity: number | undefined } | undefined;
  /** Sessions that have seen what is to be read. @defaultValue none */
  readonly synced?: WeakSet<ImapSession> | undefined;
}

/** The messages of a folder, one by one; the next batch is fetched while the caller works on the last. */
export async function* readMessages(
  runner: SessionRunner,
  folder: string,
  query: MessagesQuery,
  options: ReadOptions,
): AsyncGenerator<ImapMessage, void, undefined> {
  headerNames(query);
  const { signal, timeoutMs, mailbox, synced } = options;
  const operation = { signal, timeoutMs, mailbox, synced };
  for await (const batch of prefetch(messageBatches(runner, folder, query, operation))) {
    for (const message of batch) {
      // What is in memory already is not wanted any more either.
      throwIfAborted(options.signal, "imap", "fetch");
      yield serializable(message);
    }
  }
}

/** What is to be read, as the first connection found it. */
interface Listing {
  readonly uids: readonly number[];
  readonly uidValidity: number | undefined;
}

/**
 * The messages of a folder, batch by batch. A connection is held only while a batch is being fetched,
 * never while the caller works on it: commands inside the loop work, and leaving it stops the download.
 * What leads to a batch happens on the connection that fetches it: where many accounts share few
 * runner, one that is given back in between is closed for another account, and the next step logs in anew.
 */
async function* messageBatches(
  runner: SessionRunner,
  folder: string,
  query: MessagesQuery,
  { signal, timeoutMs, mailbox: expected, synced = new WeakSet() }: ReadOptions,
): AsyncGenerator<readonly ImapMessage[], void, undefined> {
  const options = { signal, timeoutMs, synced };
  const { limits } = runner.account.options;
  const keptBack: number[] = [];
  let known: Listing | undefined;
  let role: FolderRole | undefined;
  const prepare = async (session: ImapSession, signal?: AbortSignal): Promise<void> => {
    role = await roleOfFolder(runner, folder, session, signal);
  };
  for (let start = 0; known === undefined || start < known.uids.length; start += limits.maxBatchMessages) {
    const earlier: Listing | undefined = known;
    const read = await runner.inFolder(
      folder,
      async (session, mailbox, signal) => {
        if (expected !== undefined) requireSameMailbox(mailbox, expected.uidValidity);
        const listing = earlier ?? (await list(session, mailbox, query, signal));
        requireSameMailbox(mailbox, listing.uidValidity);
        const uids = listing.uids.slice(start, start + limits.maxBatchMessages);
        const { heads, missing } = await readHeads(session, folder, uids, role, query, signal);
        const [group = [], ...groups] = groupHeads(heads, query, limits);
        return {
          listing,
          missing,
          groups,
          messages: await readBodies(session, group, query, limits, signal),
        };
      },
      { ...options, prepare: earlier === undefined ? prepare : undefined },
    );
    known = read.listing;
    const { uidValidity } = read.listing;
    if (read.missing.length > 0) {
      if (query.onUnfetchable === undefined) keptBack.push(...read.missing);
      else query.onUnfetchable({ uids: read.missing, error: unfetchableError(folder, read.missing) });
    }
    yield read.messages;
    for (const group of read.groups) {
      yield await runner.inFolder(
        folder,
        (session, mailbox, signal) => {
          requireSameMailbox(mailbox, uidValidity);
          return readBodies(session, group, query, limits, signal);
        },
        options,
      );
    }
  }
  if (keptBack.length > 0) throw unfetchableError(folder, keptBack);
}

async function list(
  session: ImapSession,
  mailbox: SelectedMailbox,
  query: MessagesQuery,
  signal: AbortSignal | undefined,
): Promise<Listing> {
  return { uids: await listUids(session, mailbox, query, signal), uidValidity: mailbox.uidValidity };
}

async function readHeads(
  session: ImapSession,
  folder: string,
  uids: readonly number[],
  role: FolderRole | undefined,
  query: MessagesQuery,
  signal: AbortSignal | undefined,
): Promise<{ readonly heads: readonly MessageHead[]; readonly missing: readonly number[] }> {
  if (uids.length === 0) return { heads: [], missing: [] };
  const { rows, unfetchable: missing } = await fetchHeads(session, uids, query, signal);
  const heads = uids.flatMap((uid) => {
    const row = rows.get(uid);
    return row === undefined ? [] : [toMessageHead(uid, row, folder, role, query)];
  });
  return { heads, missing };
}

/** Messages whose bodies are fetched together. */
function groupHeads(
  heads: readonly MessageHead[],
  { body = "none" }: MessagesQuery,
  { maxTextBytes, maxBatchBytes }: ResolvedImapLimits,
): readonly (readonly MessageHead[])[] {
  if (body === "none") return [heads];
  const weigh = body === "full" ? sourceBytes : (head: MessageHead) => textBytes(head, maxTextBytes);
  return groupByBytes(heads, weigh, maxBatchBytes);
}

async function readBodies(
  session: ImapSession,
  group: readonly MessageHead[],
  { body = "none", preview = false }: MessagesQuery,
  limits: ResolvedImapLimits,
  signal: AbortSignal | undefined,
): Promise<readonly ImapMessage[]> {
  if (group.length === 0) return [];
  const fetch = body === "full" ? fetchSources : fetchTexts;
  const messages =
    body === "none" ? group.map(({ message }) => message) : await fetch(session, group, limits, signal);
  return preview ? withPreviews(session, group, messages, limits, signal) : messages;
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
