import type { OperationOptions } from "@mailwright/core";
import type { SessionRunner } from "../connection/session-runner.js";
import { splitUidSets, toUids } from "../wire/uid-set.js";
import type { WireArgument } from "../wire/wire-argument.js";
import { checkQuery } from "./check-query.js";
import { compileSearch } from "./compile-search.js";
import { runSearch } from "./run-search.js";
import type { SearchQuery } from "./search-query.js";
import { parseSearchText } from "./search-text.js";

/** Searches a folder. A query that names many UIDs is cut into commands that servers take. */
export async function searchFolder(
  runner: SessionRunner,
  folder: string,
  query: SearchQuery | string,
  options: OperationOptions,
): Promise<number[]> {
  const searches = splitQuery(query).map(toCriteria);
  return runner.inFolder(
    folder,
    async (session, mailbox, signal) => {
      if (mailbox.exists === 0) return [];
      const found: number[] = [];
      for (const criteria of searches)
        for (const uid of await runSearch(session, mailbox, criteria, { signal })) found.push(uid);
      return found;
    },
    options,
  );
}

/** Criteria of either form of a query; throws `"invalid-argument"`. */
export function toCriteria(query: SearchQuery | string): WireArgument[] {
  return typeof query === "string" ? parseSearchText(query) : compileSearch(query);
}

/** Sets of ascending UIDs, so that the results one after the other ascend too. */
function splitQuery(query: SearchQuery | string): (SearchQuery | string)[] {
  if (typeof query === "string") return [query];
  checkQuery(query);
  if (query.uids === undefined) return [query];
  return splitUidSets(toUids(query.uids)).map(({ uids }) => ({ ...query, uids }));
}
