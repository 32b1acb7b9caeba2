import { type BatchItem, type BatchResult, isMailError, type OperationOptions } from "@mailwright/core";
import type { SessionRunner } from "../connection/session-runner.js";
import type { ImapSession } from "../session/imap-session.js";
import { onMailbox } from "../session/named-mailbox.js";
import type { Completion } from "../session/run-command.js";
import { openForWriting } from "../session/select-mailbox.js";
import { expandUidSet } from "../wire/uid-set.js";
import { literal, type WireArgument } from "../wire/wire-argument.js";
import { textOf, uidValidityOf } from "../wire/wire-node.js";
import {
  type AppendHead,
  type AppendOptions,
  type AppendResult,
  appendHead,
  appendMessage,
  checkLimit,
} from "./append.js";

/** One of several messages to store. */
export interface AppendItem extends Pick<AppendOptions, "flags" | "receivedAt"> {
  /** Its bytes; text goes as UTF-8. */
  readonly message: string | Uint8Array;
}

/** More would keep others from the mailbox for long. */
const MAX_GROUP = 50;

interface Pending {
  readonly key: number;
  readonly head: AppendHead;
  readonly message: string | Uint8Array;
  readonly sizeBytes: number;
}

/**
 * Stores messages in their order, many with one command where the server can (MULTIAPPEND, RFC 3502). Such a command stores
 * all of them or none: when it is refused, each is tried by itself. Rejects only for what concerns the call as a whole.
 */
export async function appendAll(
  runner: SessionRunner,
  folder: string,
  items: readonly AppendItem[],
  options: OperationOptions,
): Promise<BatchResult<number, AppendResult>> {
  const { maxBatchBytes } = runner.account.options.limits;
  const results = new Map<number, BatchItem<number, AppendResult>>();
  const all = items.map((item, key): Pending => {
    const { message } = item;
    return { key, head: appendHead(item), message, sizeBytes: Buffer.byteLength(message) };
  });
  for (let left = all; left.length > 0; left = left.filter(({ key }) => !results.has(key))) {
    const group = firstGroup(left, maxBatchBytes);
    const store = (session: ImapSession, signal?: AbortSignal): Promise<void> =>
      storeGroup(session, folder, group, results, signal);
    try {
      await runner.run(store, { ...options, isChange: true });
    } catch (error) {
      if (!isMailError(error) || options.signal?.aborted === true) throw error;
      // Nobody can be reached, or not in time: that holds for the rest as well.
      for (const { key } of left) if (!results.has(key)) results.set(key, { key, ok: false, error });
    }
  }
  const inOrder = all.flatMap(({ key }) => results.get(key) ?? []);
  const failed = inOrder.filter(({ ok }) => !ok).length;
  return { items: inOrder, succeeded: inOrder.length - failed, failed };
}

function firstGroup(left: readonly Pending[], maxBytes: number): readonly Pending[] {
  let bytes = 0;
  const count = left.findIndex(({ sizeBytes }, index) => {
    bytes += sizeBytes;
    return index === MAX_GROUP || (index > 0 && bytes > maxBytes);
  });
  return count < 0 ? left : left.slice(0, count);
}

/** Stores what has no result yet; ends early when the connection is lost. Throws what may be done again as a whole. */
async function storeGroup(
  session: ImapSession,
  folder: string,
  group: readonly Pending[],
  results: Map<number, BatchItem<number, AppendResult>>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const pending = group.filter(({ key }) => !results.has(key));
  const attempt = async (
    some: readonly Pending[],
    store: () => Promise<AppendResult[]>,
  ): Promise<boolean> => {
    try {
      const values = await store();
      for (const [index, { key }] of some.entries()) {
        const value = values[index] ?? { folder, uid: undefined, uidValidity: undefined };
        results.set(key, { key, ok: true, value });
      }
      return true;
    } catch (error) {
      if (!isMailError(error) || error.retryable || error.code === "aborted") throw error;
      if (some.length > 1 && !error.connectionBroken) return false;
      for (const { key } of some) results.set(key, { key, ok: false, error });
      return error.connectionBroken;
    }
  };
  if (pending.length > 1 && session.can("MULTIAPPEND")) {
    if (await attempt(pending, () => appendTogether(session, folder, pending, signal))) return;
  }
  for (const one of pending) {
    const store = async (): Promise<AppendResult[]> => [
      await appendMessage(session, folder, one.message, one.head, signal),
    ];
    await attempt([one], store);
    if (session.hasEnded) return;
  }
}

async function appendTogether(
  session: ImapSession,
  folder: string,
  group: readonly Pending[],
  signal: AbortSignal | undefined,
): Promise<AppendResult[]> {
  const messages = group.flatMap(({ head, message, sizeBytes }): WireArgument[] => {
    checkLimit(session, sizeBytes);
    return [...head, literal(Buffer.from(message))];
  });
  const options = { signal, isIdempotent: false, phase: "append" } as const;
  const run = (mailbox: WireArgument): Promise<Completion> =>
    session.command("APPEND", [mailbox, ...messages], options);
  await openForWriting(session, folder, signal);
  const { code } = await onMailbox(session, folder, run, signal);
  const [uidValidity, set] = code?.name === "APPENDUID" ? code.values : [];
  const uids = expandUidSet(textOf(set) ?? "", group.length);
  const isWhole = uids.length === group.length;
  return group.map((_one, index) => ({
    folder,
    uid: isWhole ? uids[index] : undefined,
    uidValidity: isWhole ? uidValidityOf(uidValidity) : undefined,
  }));
}
