import { readMessages } from "../fetch/batches/read-messages.js";
import type { ImapMessage } from "../fetch/imap-message.js";
import type { UnfetchableMessages } from "../fetch/missing-messages.js";
import { serializable } from "../serializable.js";
import { UidRanges } from "../wire/uid-ranges.js";
import type { FolderLook } from "./folder-look.js";
import type { ImapSyncEvent } from "./sync-options.js";
import { expectedUidValidity, type SyncContext, type SyncStep, stepOptions } from "./sync-step.js";

/** The new messages, and what is left out of them because it went away meanwhile. */
export interface AddedStep extends SyncStep {
  readonly messages: readonly ImapMessage[];
  readonly vanished: UidRanges;
}

/** The new messages of a folder in batches, in the order that is asked for. */
export async function* addedSteps(
  context: SyncContext,
  look: FolderLook,
  wanted: UidRanges,
): AsyncGenerator<AddedStep, void, undefined> {
  const { order, batchMessages } = context.content;
  let left = wanted;
  while (!left.isEmpty) {
    const portion = left.take(batchMessages, order);
    left = left.minus(portion);
    yield* readPortion(context, look, portion, left.isEmpty);
  }
}

async function* readPortion(
  context: SyncContext,
  look: FolderLook,
  portion: UidRanges,
  isLast: boolean,
): AsyncGenerator<AddedStep, void, undefined> {
  const { runner, folder, content } = context;
  const { body, headers, batchBytes } = content;
  const unfetchable: UnfetchableMessages[] = [];
  const query = {
    uids: portion,
    body,
    headers,
    onUnfetchable: (kept: UnfetchableMessages) => void unfetchable.push(kept),
  };
  const read = readMessages(runner, folder, query, {
    ...stepOptions(context),
    mailbox: expectedUidValidity(look),
  });
  let missing = portion;
  let messages: ImapMessage[] = [];
  let bytes = 0;
  for await (const message of read) {
    messages.push(withoutRecent(message));
    bytes += weightOf(message);
    if (bytes < batchBytes) continue;
    missing = missing.minus(UidRanges.of(messages.map(({ uid }) => uid)));
    yield toStep(messages, [], UidRanges.EMPTY, false);
    messages = [];
    bytes = 0;
  }
  missing = missing.minus(UidRanges.of(messages.map(({ uid }) => uid)));
  const kept = UidRanges.of(unfetchable.flatMap(({ uids }) => uids));
  const news = unfetchable.map(({ uids, error }) => ({
    uids: uids.filter((uid) => !look.state.withheld.has(uid)),
    error,
  }));
  yield toStep(
    messages,
    news.filter(({ uids }) => uids.length > 0),
    missing.minus(kept),
    isLast,
  );
}

function toStep(
  messages: readonly ImapMessage[],
  unfetchable: readonly UnfetchableMessages[],
  vanished: UidRanges,
  isLast: boolean,
): AddedStep {
  const events: ImapSyncEvent[] = messages.map((message) => ({ type: "added", id: message.uid, message }));
  for (const { uids, error } of unfetchable) events.push({ type: "unfetchable", ids: uids, error });
  const kept = UidRanges.of(unfetchable.flatMap(({ uids }) => uids));
  return {
    events,
    messages,
    vanished,
    isLast,
    apply: (state) => {
      state.add(messages);
      state.withhold(kept);
    },
  };
}

/** `\Recent` is about a session, and not about the message. */
function withoutRecent(message: ImapMessage): ImapMessage {
  const flags = [...message.flags].filter((flag) => flag.toLowerCase() !== "\\recent");
  return flags.length === message.flags.size ? message : serializable({ ...message, flags: new Set(flags) });
}

function weightOf({ source, text = "", html = "" }: ImapMessage): number {
  return source === undefined ? text.length + html.length : source.length;
}
