import { mostMessages } from "../session/at-most.js";
import type { ImapSession } from "../session/imap-session.js";
import { tooMuch } from "../wire/too-much.js";
import { atom } from "../wire/wire-argument.js";
import { eachRow, type FetchOptions } from "./fetch-rows.js";

/** The UIDs that FETCH tells for a set, in the order of the answers. */
export async function fetchUids(
  session: ImapSession,
  mailbox: { readonly exists: number },
  set: string,
  options: FetchOptions,
): Promise<ReadonlySet<number>> {
  const uids = new Set<number>();
  const most = mostMessages(mailbox);
  await eachRow(session, set, [atom("UID")], options, (uid) => {
    uids.add(uid);
    if (uids.size > most) throw tooMuch(`more than ${most} messages`);
  });
  return uids;
}
