import type { ImapSession } from "../session/imap-session.js";
import { RangeGatherer } from "../wire/range-gatherer.js";
import type { UidRanges } from "../wire/uid-ranges.js";
import { parseUidRanges } from "../wire/uid-set.js";
import { atom, type WireArgument } from "../wire/wire-argument.js";
import { esearchValue, takeNumbers } from "./run-search.js";

/** Runs UID SEARCH and answers with ranges: where the server has ESEARCH, never with a list as long as the mailbox. */
export async function searchRanges(
  session: ImapSession,
  criteria: readonly WireArgument[],
  signal?: AbortSignal,
): Promise<UidRanges> {
  const found = new RangeGatherer();
  const returns: WireArgument[] = session.can("ESEARCH") ? [atom("RETURN"), [atom("ALL")]] : [];
  await session.command("UID SEARCH", [...returns, ...criteria], {
    signal,
    phase: "search",
    untagged: {
      SEARCH: (response) => takeNumbers(response, { add: (uid) => found.addUid(uid) }),
      ESEARCH: (response) => found.add(parseUidRanges(esearchValue(response, "ALL") ?? "")),
    },
  });
  return found.ranges;
}
