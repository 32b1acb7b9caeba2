import type { SyncCursor, SyncEvent } from "@mailwright/core";
import type { ImapClient, ImapMessage } from "@mailwright/imap";
import type { Pop3Client, Pop3SyncMessage } from "@mailwright/pop3";
import type { ServerFlags } from "../../store/messages/change-messages.js";
import type { AccountClient } from "../account-client.js";
import type { FolderBatch } from "./folder-batch.js";
import { AUTOMATIC_HEADERS, fromImapMessage } from "./message-from-imap.js";
import { fromSource } from "./message-from-source.js";
import { fetchReturn, RETURN_HEADERS } from "./read-return.js";

const BATCH_MESSAGES = 100;
const BATCH_BYTES = 8 * 1024 * 1024;

/** What is fetched of each message of IMAP: the newest first, because they are at the top of the list. */
export const IMAP_CONTENT = {
  body: "text",
  headers: [...AUTOMATIC_HEADERS, ...RETURN_HEADERS],
  order: "newest",
  batchMessages: BATCH_MESSAGES,
  batchBytes: BATCH_BYTES,
} as const;

/** How a folder is read. */
interface FolderPass {
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** Nothing that was sent from here can have come back before then. Without it nothing is looked for that came back. */
  readonly returnsSince?: Date | undefined;
  /** Older mail of a folder that is read for the first time is left on the server; only where IMAP tells its age. */
  readonly since?: Date | undefined;
  /** In a batch, where fewer are wanted than usual. */
  readonly maxMessages?: number | undefined;
}

/** What changed in a folder since a cursor, in batches; without a cursor everything is new. */
export async function* syncFolder(
  { kind, client }: AccountClient,
  path: string,
  cursor: unknown,
  pass: FolderPass,
): AsyncGenerator<FolderBatch, void, undefined> {
  const from = isCursor(cursor) ? { cursor } : {};
  yield* kind === "imap" ? imapBatches(client, path, from, pass) : pop3Batches(client, from, pass);
}

/** A batch of changes as it is stored, from what either protocol tells. */
export async function toFolderBatch<Message>(
  batch: {
    readonly events: readonly (SyncEvent<Message, number | string> | { readonly type: `folder-${string}` })[];
    readonly cursor: SyncCursor | null;
    readonly progress: { readonly total: number };
    acknowledge(): Promise<void>;
  },
  toMessage: (message: Message) => Promise<FolderBatch["added"]>,
): Promise<FolderBatch> {
  const added: FolderBatch["added"][number][] = [];
  const flags: ServerFlags[] = [];
  const removed: string[] = [];
  const unfetchable: FolderBatch["unfetchable"][number][] = [];
  let isReset = false;
  for (const event of batch.events) {
    if (event.type === "added") added.push(...(await toMessage(event.message)));
    else if (event.type === "flags") flags.push({ uid: String(event.id), ...toFlags(event.flags) });
    else if (event.type === "removed") removed.push(...event.ids.map(String));
    else if (event.type === "reset") isReset = true;
    else if (event.type === "unfetchable")
      unfetchable.push({ uids: event.ids.map(String), error: event.error.message });
  }
  const { cursor, progress } = batch;
  const acknowledge = (): Promise<void> => batch.acknowledge();
  return { isReset, added, flags, removed, unfetchable, cursor, total: progress.total, acknowledge };
}

/** A cursor as it came back from the database; what is in it is checked by the package that made it. */
export function isCursor(value: unknown): value is SyncCursor {
  return typeof value === "object" && value !== null && "version" in value && "protocol" in value;
}

/** How messages of IMAP become those of batches: what came back is looked into, of the time that it may be of. */
export function fromImap(
  client: ImapClient,
  { returnsSince, signal }: Pick<FolderPass, "returnsSince" | "signal">,
): (message: ImapMessage) => Promise<FolderBatch["added"]> {
  return async (message) => {
    const isLookedInto = returnsSince !== undefined && (message.receivedAt ?? returnsSince) >= returnsSince;
    return [fromImapMessage(message, isLookedInto ? await fetchReturn(client, message, signal) : undefined)];
  };
}

async function* imapBatches(
  client: ImapClient,
  path: string,
  from: { readonly cursor?: SyncCursor },
  pass: FolderPass,
): AsyncGenerator<FolderBatch, void, undefined> {
  const content = { ...IMAP_CONTENT, since: pass.since, batchMessages: batchMessages(pass) };
  for await (const batch of client.sync(path, { ...content, ...from, signal: pass.signal }))
    yield await toFolderBatch(batch, fromImap(client, pass));
}

async function* pop3Batches(
  client: Pop3Client,
  from: { readonly cursor?: SyncCursor },
  { signal, now, maxMessages }: FolderPass,
): AsyncGenerator<FolderBatch, void, undefined> {
  const size = { batchMessages: batchMessages({ maxMessages }), batchBytes: BATCH_BYTES };
  const fromPop3 = async ({ id, source }: Pop3SyncMessage): Promise<FolderBatch["added"]> =>
    source === undefined ? [] : [fromSource(id, source, now())];
  for await (const batch of client.sync({ body: "full", ...size, ...from, signal }))
    yield await toFolderBatch(batch, fromPop3);
}

function batchMessages({ maxMessages = BATCH_MESSAGES }: Pick<FolderPass, "maxMessages">): number {
  return Math.min(BATCH_MESSAGES, maxMessages);
}

function toFlags(flags: readonly string[]): Omit<ServerFlags, "uid"> {
  const has = (name: string): boolean => flags.some((flag) => flag.toLowerCase() === name);
  return {
    seen: has("\\seen"),
    flagged: has("\\flagged"),
    answered: has("\\answered"),
    draft: has("\\draft"),
  };
}
