import { and, eq, ilike, not, or, type SQL, sql } from "drizzle-orm";
import { accounts } from "../../db/schema/accounts.js";
import { folders } from "../../db/schema/folders.js";
import { messages } from "../../db/schema/messages.js";
import type { SearchFilters, SearchQuery, SearchWord } from "./parse-search.js";
import { isUnspaced, toSearchWords } from "./search-text.js";

const WEIGHTS: Readonly<Record<SearchWord["field"], string>> = {
  any: "",
  subject: "A",
  people: "B",
  filename: "C",
};

/** The words of a search as one `tsquery`; `undefined` when it has none that could be found. */
export function toTsQuery({ words }: SearchQuery): string | undefined {
  const wanted = words.filter(({ isExcluded }) => !isExcluded);
  const last = words.at(-1);
  const terms = words.flatMap((word) => {
    const term = toTerm(word, word === last);
    if (term === undefined) return [];
    return [word.isExcluded ? `!(${term})` : `(${term})`];
  });
  // Only what is not wanted: every message would have to be looked at.
  if (wanted.every((word) => toTerm(word, false) === undefined)) return undefined;
  return terms.join(" & ");
}

/** Whether hits must be looked at one by one, because words must stand side by side. */
export function isRechecked({ words }: SearchQuery): boolean {
  return words.some(({ text, isPhrase }) => isPhrase || toSearchWords(text).length > 1);
}

/** What must hold beside the words. */
export function toCondition(filters: SearchFilters): SQL | undefined {
  const { from, folder, account, hasAttachment, isUnread, isStarred, before, after } = filters;
  return and(
    from === undefined
      ? undefined
      : or(ilike(messages.fromName, contains(from)), ilike(messages.fromAddress, contains(from))),
    folder === undefined
      ? undefined
      : sql`${messages.folderId} in (select ${folders.id} from ${folders} where ${folders.tenantId} = ${messages.tenantId}
            and (${ilike(folders.displayName, literal(folder))} or ${ilike(folders.path, literal(folder))}
              or ${ilike(folders.role, literal(folder))}))`,
    account === undefined
      ? undefined
      : sql`${messages.accountId} in (select ${accounts.id} from ${accounts} where ${accounts.tenantId} = ${messages.tenantId}
            and (${ilike(accounts.address, contains(account))} or ${ilike(accounts.name, contains(account))}))`,
    hasAttachment === true ? eq(messages.hasAttachments, true) : undefined,
    isUnread === undefined ? undefined : isUnread ? not(messages.seen) : eq(messages.seen, true),
    isStarred === true ? eq(messages.flagged, true) : undefined,
    before === undefined ? undefined : sql`${messages.sortAt} < ${before.toISOString()}::timestamptz`,
    after === undefined ? undefined : sql`${messages.sortAt} >= ${after.toISOString()}::timestamptz`,
  );
}

function toTerm({ text, field, isPhrase }: SearchWord, isLast: boolean): string | undefined {
  const parts = toSearchWords(text);
  const weight = WEIGHTS[field];
  const mayBePrefix = isLast && !isPhrase && !isUnspaced(text);
  const terms = parts.map((part, index) => {
    const isPrefix = mayBePrefix && index === parts.length - 1 && part.length >= 2;
    const suffix = `${isPrefix ? "*" : ""}${weight}`;
    // Quoted: nothing in a word is an operator. It has letters and digits only.
    return `'${part}'${suffix === "" ? "" : `:${suffix}`}`;
  });
  return terms.length === 0 ? undefined : terms.join(" <-> ");
}

function contains(text: string): string {
  return `%${literal(text)}%`;
}

function literal(text: string): string {
  return text.replaceAll(/[\\%_]/g, "\\$&");
}
