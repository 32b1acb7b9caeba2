import { existingUids } from "../fetch/existing-uids.js";
import type { ImapSession } from "../session/imap-session.js";
import { onMailbox } from "../session/named-mailbox.js";
import { notRepeatable } from "../session/not-repeatable.js";
import type { Completion } from "../session/run-command.js";
import { expandUidSet, splitUidSets } from "../wire/uid-set.js";
import { numberSet, type WireArgument } from "../wire/wire-argument.js";
import { responseCode, textOf, uidValidityOf, type WireNode, type WireResponse } from "../wire/wire-node.js";
import type { ChangeProgress } from "./partial-change-error.js";

/** What became of messages that were copied or moved. */
export interface Copied {
  readonly uids: number[];
  readonly uidMap: Map<number, number>;
  uidValidity: number | undefined;
}

/** What to copy, or to move, and where to. */
export interface CopyRequest {
  readonly uids: readonly number[];
  readonly destination: string;
  readonly progress: ChangeProgress;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs UID COPY or UID MOVE. The command is all or nothing for each set that fits a line; rejects with
 * `"not-found"` when there is no such destination.
 *
 * Without COPYUID the messages themselves tell. QUIRK: it is also missing where UIDPLUS is announced and messages were
 * copied: to a destination that the user may not read (RFC 4315 §3), and from Exchange. `finished` is told of each message
 * as soon as it is known.
 */
export async function copyMessages(
  session: ImapSession,
  command: "COPY" | "MOVE",
  { uids, destination, progress, signal }: CopyRequest,
  finished: Set<number> = progress.done,
): Promise<Copied> {
  const copied: Copied = { uids: [], uidMap: progress.uidMap, uidValidity: undefined };
  const runOne = async (part: { readonly uids: readonly number[]; readonly set: string }): Promise<void> => {
    progress.underWay = part.uids;
    const known = session.can("UIDPLUS") ? undefined : await existingUids(session, part.uids, signal);
    const seen: Seen = { removed: 0 };
    const stop = session.events.onUnsolicited((name, response) => countRemoved(seen, name, response));
    let completion: Completion;
    try {
      const run = (mailbox: WireArgument): Promise<Completion> =>
        session.command(`UID ${command}`, [numberSet(part.set), mailbox], {
          signal,
          phase: command.toLowerCase(),
          isIdempotent: false,
          untagged: {
            // RFC 6851 §4.3: MOVE tells the new UIDs before it expunges the old.
            OK: (response: WireResponse) => {
              seen.code ??= copyUid(responseCode(response));
            },
          },
        });
      completion = await onMailbox(session, destination, run, signal);
    } finally {
      stop();
    }
    progress.underWay = [];
    const code = copyUid(completion.code) ?? seen.code;
    const taken =
      code === undefined
        ? await takeUntold(session, command, part.uids, known, seen, signal)
        : takeTold(copied, part.uids, code);
    for (const uid of taken) {
      copied.uids.push(uid);
      finished.add(uid);
    }
  };
  const [first, ...rest] = splitUidSets(uids);
  if (first === undefined) return copied;
  await runOne(first);
  await notRepeatable(async () => {
    for (const part of rest) await runOne(part);
  });
  return copied;
}

interface Seen {
  code?: readonly WireNode[] | undefined;
  /** Messages that the server removed while the command ran. */
  removed: number;
}

function countRemoved(seen: Seen, name: string, response: WireResponse): void {
  if (name === "EXPUNGE") seen.removed += 1;
  if (name === "VANISHED")
    seen.removed += expandUidSet(textOf(response.attributes?.[0]) ?? "", MAX_VANISHED).length;
}

const MAX_VANISHED = 1_000_000;

function copyUid(code: Completion["code"]): readonly WireNode[] | undefined {
  return code?.name === "COPYUID" ? code.values : undefined;
}

/** A copy leaves its messages where they are, and a move takes away those that were there. */
async function takeUntold(
  session: ImapSession,
  command: "COPY" | "MOVE",
  asked: readonly number[],
  known: readonly number[] | undefined,
  { removed }: Seen,
  signal: AbortSignal | undefined,
): Promise<readonly number[]> {
  return notRepeatable(async () => {
    if (known !== undefined) return known;
    if (command === "COPY") return existingUids(session, asked, signal);
    // Nothing went away: there was nothing to move.
    if (removed === 0) return [];
    const left = new Set(await existingUids(session, asked, signal));
    return asked.filter((uid) => !left.has(uid));
  });
}

/** What COPYUID tells; its new UIDs go into the map. */
function takeTold(
  copied: Copied,
  asked: readonly number[],
  [uidValidity, from, to]: readonly WireNode[],
): readonly number[] {
  const sources = expandUidSet(textOf(from) ?? "", asked.length);
  const targets = expandUidSet(textOf(to) ?? "", asked.length);
  copied.uidValidity = uidValidityOf(uidValidity) ?? copied.uidValidity;
  // A map that does not add up is worse than none.
  if (sources.length !== targets.length) return sources;
  sources.forEach((uid, index) => {
    const target = targets[index];
    if (target !== undefined) copied.uidMap.set(uid, target);
  });
  return sources;
}
