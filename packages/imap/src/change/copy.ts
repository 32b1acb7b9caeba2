import { existingUids } from "../fetch/existing-uids.js";
import type { ImapSession } from "../session/imap-session.js";
import { notRepeatable } from "../session/not-repeatable.js";
import type { Completion } from "../session/run-command.js";
import { encodeMailboxName } from "../wire/mailbox-name.js";
import { expandUidSet, splitUidSets } from "../wire/uid-set.js";
import { numberSet, quoted } from "../wire/wire-argument.js";
import { responseCode, textOf, uidValidityOf, type WireNode, type WireResponse } from "../wire/wire-node.js";

/** What became of messages that were copied or moved. */
export interface Copied {
  readonly uids: number[];
  readonly uidMap: Map<number, number>;
  uidValidity: number | undefined;
}

/**
 * Runs UID COPY or UID MOVE. The command is all or nothing for each set that fits a line; rejects with
 * `"not-found"` when there is no such destination.
 */
export async function copyMessages(
  session: ImapSession,
  command: "COPY" | "MOVE",
  uids: readonly number[],
  destination: string,
  signal?: AbortSignal,
): Promise<Copied> {
  const copied: Copied = { uids: [], uidMap: new Map(), uidValidity: undefined };
  const mailbox = quoted(encodeMailboxName(destination));
  const runOne = async (part: { readonly uids: readonly number[]; readonly set: string }): Promise<void> => {
    const known = session.can("UIDPLUS") ? undefined : await existingUids(session, part.uids, signal);
    const seen: Seen = {};
    const completion = await session.command(`UID ${command}`, [numberSet(part.set), mailbox], {
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
    take(copied, part.uids, copyUid(completion.code) ?? seen.code, known);
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
}

function copyUid(code: Completion["code"]): readonly WireNode[] | undefined {
  return code?.name === "COPYUID" ? code.values : undefined;
}

function take(
  copied: Copied,
  asked: readonly number[],
  code: readonly WireNode[] | undefined,
  known: readonly number[] | undefined,
): void {
  const [uidValidity, from, to] = code ?? [];
  if (from === undefined || to === undefined) {
    // With UIDPLUS, silence means that none of them was there (RFC 4315 §3).
    copied.uids.push(...(known ?? []));
    return;
  }
  const sources = expandUidSet(textOf(from) ?? "", asked.length);
  const targets = expandUidSet(textOf(to) ?? "", asked.length);
  copied.uids.push(...sources);
  copied.uidValidity = uidValidityOf(uidValidity) ?? copied.uidValidity;
  // A map that does not add up is worse than none.
  if (sources.length !== targets.length) return;
  sources.forEach((uid, index) => {
    const target = targets[index];
    if (target !== undefined) copied.uidMap.set(uid, target);
  });
}
