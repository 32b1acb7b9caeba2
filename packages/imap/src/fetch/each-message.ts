import { isMailError, type MailError } from "@mailwright/core";
import { allSettled } from "../session/all-settled.js";
import type { ImapSession } from "../session/imap-session.js";
import { splitUidSets } from "../wire/uid-set.js";
import type { WireArgument } from "../wire/wire-argument.js";
import { eachRow, type FetchOptions, type FetchRow } from "./fetch-rows.js";

/** More refusals than a few broken messages among many bring about. */
const MAX_REFUSALS = 40;

/**
 * Runs UID FETCH for messages and hands every answer over as it comes. A FETCH that the server refuses because of one
 * message (a file that is damaged, say) is halved until the others are there; those that are refused alone come back with the server's words.
 */
export async function eachMessage(
  session: ImapSession,
  uids: readonly number[],
  items: readonly WireArgument[],
  options: FetchOptions,
  take: (uid: number, row: FetchRow) => void,
): Promise<ReadonlyMap<number, MailError>> {
  const refused = new Map<number, MailError>();
  let refusals = 0;
  const fetchPart = async (part: readonly number[], set: string): Promise<void> => {
    try {
      await eachRow(session, set, items, options, take);
    } catch (error) {
      refusals += 1;
      if (refusals > MAX_REFUSALS || !isOfMessages(error)) throw error;
      const [only, ...others] = part;
      if (only !== undefined && others.length === 0) {
        refused.set(only, error);
        return;
      }
      const middle = Math.ceil(part.length / 2);
      await fetchAll(part.slice(0, middle));
      await fetchAll(part.slice(middle));
    }
  };
  const fetchAll = async (some: readonly number[]): Promise<void> => {
    await allSettled(splitUidSets(some).map((part) => fetchPart(part.uids, part.set)));
  };
  await fetchAll(uids);
  return refused;
}

/** A NO that time does not mend and that says nothing of the session, or messages that are larger than announced. */
function isOfMessages(error: unknown): error is MailError {
  if (!isMailError(error) || error.retryable || error.connectionBroken) return false;
  return error.code === "rejected" || error.code === "limit";
}
