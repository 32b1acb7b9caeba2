import { isMailError } from "@mailwright/core";
import { eachRow } from "../fetch/fetch-rows.js";
import { searchRanges } from "../search/search-ranges.js";
import type { ImapSession } from "../session/imap-session.js";
import type { SelectedMailbox } from "../session/selected-mailbox.js";
import { RangeGatherer } from "../wire/range-gatherer.js";
import { UidRanges } from "../wire/uid-ranges.js";
import { atom } from "../wire/wire-argument.js";
import type { MailboxChurn } from "./mailbox-churn.js";

/** All messages of a mailbox, and whether the server's own count of them is another. */
export interface PresentMessages {
  readonly uids: UidRanges;
  readonly isMiscounted: boolean;
}

/**
 * Lists a mailbox. What SEARCH leaves out of what EXISTS counts is asked for by FETCH as well: a list that is too short
 * would look as if messages were gone. QUIRK: the one or the other is wrong on several servers.
 */
export async function listPresent(
  session: ImapSession,
  mailbox: SelectedMailbox,
  churn: MailboxChurn,
  options: { readonly isExistsDoubted: boolean; readonly signal: AbortSignal | undefined },
): Promise<PresentMessages> {
  const { isExistsDoubted, signal } = options;
  const found = await searchRanges(session, [atom("ALL")], signal);
  const isTrusted = found.count === mailbox.exists || (isExistsDoubted && !found.isEmpty);
  if (isTrusted || mailbox.exists === 0) return { uids: found, isMiscounted: found.count > mailbox.exists };
  const uids = found.union(await fetchAll(session, signal));
  return { uids, isMiscounted: !churn.hasHappened && uids.count !== mailbox.exists };
}

/** A server that counts messages where there are none may refuse the numbers of them. */
async function fetchAll(session: ImapSession, signal: AbortSignal | undefined): Promise<UidRanges> {
  const all = new RangeGatherer();
  try {
    await eachRow(session, "1:*", [atom("UID")], { signal, bySequence: true }, (uid) => all.addUid(uid));
  } catch (error) {
    if (!isMailError(error) || error.connectionBroken || error.code === "aborted") throw error;
    return UidRanges.EMPTY;
  }
  return all.ranges;
}
