import type { ImapSession } from "../session/imap-session.js";
import { UidRanges } from "../wire/uid-ranges.js";
import { atom, type WireArgument } from "../wire/wire-argument.js";
import { esearchValue, takeNumbers } from "./run-search.js";

/** Runs UID SEARCH and answers with ranges: where the server has ESEARCH, never with a list as long as the mailbox. */
export async function searchRanges(
  session: ImapSession,
  criteria: readonly WireArgument[],
  signal?: AbortSignal,
): Promise<UidRanges> {
  let found = UidRanges.EMPTY;
  const returns: WireArgument[] = session.can("ESEARCH") ? [atom("RETURN"), [atom("ALL")]] : [];
  await session.command("UID SEARCH", [...returns, ...criteria], {
    signal,
    phase: "search",
    untagged: {
      SEARCH: (response) => {
        const uids = new Set<number>();
        takeNumbers(response, uids);
        found = found.union(UidRanges.of(uids));
      },
      ESEARCH: (response) => {
        found = found.union(UidRanges.parse(esearchValue(response, "ALL") ?? ""));
      },
    },
  });
  return found;
}
