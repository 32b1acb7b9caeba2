import { certainUids, existingUids } from "../fetch/existing-uids.js";
import type { ImapSession } from "../session/imap-session.js";
import { onMailbox } from "../session/named-mailbox.js";
import { notRepeatable } from "../session/not-repeatable.js";
import type { Completion } from "../session/run-command.js";
import { expandUidSet, splitUidSets } from "../wire/uid-set.js";
import { numberSet, type WireArgument } from "../wire/wire-argument.js";
import { responseCode, textOf, uidValidityOf, type WireNode, type WireResponse } from "../wire/wire-node.js";
import { copyOutcome } from "./copy-outcome.js";
import type { ChangeProgress } from "./partial-change-error.js";
import { RemovalCount } from "./removal-count.js";

/** What became of messages that were copied or moved. */
export interface Copied {
  readonly uids: number[];
  readonly inDoubt: number[];
  readonly uidMap: Map<number, number>;
  uidValidity: number | undefined;
  /** The server has moved messages and left them where they were, too. */
  hasLeft: boolean;
}

/** What to copy, or to move, and where to. */
export interface CopyRequest {
  readonly uids: readonly number[];
  readonly destination: string;
  readonly progress: ChangeProgress;
  readonly signal?: AbortSignal | undefined;
}

/** Destinations into which the server says what it has moved; by session. */
const telling = new WeakMap<ImapSession, Set<string>>();

/**
 * Runs UID COPY or UID MOVE. The command is all or nothing for each set that fits a line; rejects with
 * `"not-found"` when there is no such destination. `finished` is told of each message as soon as it is known.
 */
export async function copyMessages(
  session: ImapSession,
  command: "COPY" | "MOVE",
  { uids, destination, progress, signal }: CopyRequest,
  finished: Set<number> = progress.done,
): Promise<Copied> {
  const { uidMap, inDoubt } = progress;
  const copied: Copied = { uids: [], inDoubt, uidMap, uidValidity: undefined, hasLeft: false };
  const runOne = async (part: { readonly uids: readonly number[]; readonly set: string }): Promise<void> => {
    // Where nobody says what was moved, that a message is gone proves nothing, unless it was there right before.
    const isTold = command === "COPY" || telling.get(session)?.has(destination) === true;
    const before = isTold ? undefined : await existingUids(session, part.uids, signal);
    progress.underWay = part.uids;
    const removals = new RemovalCount(session);
    try {
      const code = await run(part.set);
      const told = code === undefined ? undefined : takeTold(copied, part.uids, code);
      if (told !== undefined) telling.set(session, (telling.get(session) ?? new Set()).add(destination));
      const evidence = { command, asked: part.uids, told, before, removals };
      const outcome = await copyOutcome(session, evidence, signal);
      for (const uid of outcome.taken) {
        copied.uids.push(uid);
        finished.add(uid);
      }
      inDoubt.push(...outcome.inDoubt);
      copied.hasLeft ||= outcome.hasLeft;
    } finally {
      removals.stop();
    }
    progress.underWay = [];
  };
  const run = async (set: string): Promise<readonly WireNode[] | undefined> => {
    let code: readonly WireNode[] | undefined;
    const send = (mailbox: WireArgument): Promise<Completion> =>
      session.command(`UID ${command}`, [numberSet(set), mailbox], {
        signal,
        phase: command.toLowerCase(),
        isIdempotent: false,
        untagged: {
          // RFC 6851 §4.3: MOVE tells the new UIDs before it expunges the old.
          OK: (response: WireResponse) => {
            code ??= copyUid(responseCode(response));
          },
        },
      });
    const completion = await onMailbox(session, destination, send, signal);
    return copyUid(completion.code) ?? code;
  };
  const [first, ...rest] = splitUidSets(await certainUids(session, uids, signal));
  if (first === undefined) return copied;
  await runOne(first);
  await notRepeatable(async () => {
    for (const part of rest) await runOne(part);
  });
  return copied;
}

function copyUid(code: Completion["code"]): readonly WireNode[] | undefined {
  return code?.name === "COPYUID" ? code.values : undefined;
}

/** What COPYUID tells, `undefined` where it names messages that nobody asked for; its new UIDs go into the map. */
function takeTold(
  copied: Copied,
  asked: readonly number[],
  [uidValidity, from, to]: readonly WireNode[],
): readonly number[] | undefined {
  const sources = expandUidSet(textOf(from) ?? "", asked.length);
  const targets = expandUidSet(textOf(to) ?? "", asked.length);
  const wanted = new Set(asked);
  if (sources.length === 0 || !sources.every((uid) => wanted.has(uid))) return undefined;
  copied.uidValidity = uidValidityOf(uidValidity) ?? copied.uidValidity;
  // A map that does not add up is worse than none.
  if (sources.length !== targets.length) return sources;
  sources.forEach((uid, index) => {
    const target = targets[index];
    if (target !== undefined) copied.uidMap.set(uid, target);
  });
  return sources;
}
