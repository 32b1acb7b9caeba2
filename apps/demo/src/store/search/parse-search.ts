/** What a search asks for: words, and what else must hold. */
export interface SearchQuery {
  readonly words: readonly SearchWord[];
  readonly filters: SearchFilters;
}

/** A word or phrase, and where it must stand. */
export interface SearchWord {
  readonly text: string;
  readonly field: "any" | "subject" | "people" | "filename";
  readonly isExcluded: boolean;
  readonly isPhrase: boolean;
}

/** What must hold beside the words. */
export interface SearchFilters {
  readonly from?: string;
  readonly folder?: string;
  readonly account?: string;
  readonly hasAttachment?: boolean;
  readonly isUnread?: boolean;
  readonly isStarred?: boolean;
  readonly before?: Date;
  readonly after?: Date;
}

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] };

/** More words than this find nothing that fewer would not, and cost. */
const MAX_WORDS = 20;
const TOKEN = /(?<not>-)?(?:(?<name>[a-z]+):)?(?:"(?<phrase>[^"]*)"?|(?<word>\S+))/giu;

/**
 * Reads a search as people type it: `from: to: subject: in: account: filename: has:attachment is:unread is:starred
 * before: after:`, words, "a phrase", -not. What is none of these is a word like any other.
 */
export function parseSearch(query: string): SearchQuery {
  const words: SearchWord[] = [];
  const filters: Mutable<SearchFilters> = {};
  for (const { groups = {} } of query.matchAll(TOKEN)) {
    const { not, name, phrase, word = "" } = groups;
    const text = phrase ?? word;
    const isExcluded = not !== undefined;
    const field = FIELDS[name?.toLowerCase() ?? "any"];
    if (!isExcluded && name !== undefined && readFilter(filters, name.toLowerCase(), text)) {
      // The sender is one of the people, so the index narrows it before the filter looks.
      if (name.toLowerCase() === "from") words.push({ text, field: "people", isExcluded, isPhrase: true });
    } else if (field !== undefined) words.push({ text, field, isExcluded, isPhrase: phrase !== undefined });
    else words.push({ text: `${name}:${text}`, field: "any", isExcluded, isPhrase: phrase !== undefined });
  }
  return { words: words.slice(0, MAX_WORDS), filters };
}

const FIELDS: Readonly<Record<string, SearchWord["field"]>> = {
  any: "any",
  subject: "subject",
  to: "people",
  from: "people",
  filename: "filename",
};

function readFilter(filters: Mutable<SearchFilters>, name: string, text: string): boolean {
  const value = text.toLowerCase();
  if (name === "from") filters.from = text;
  else if (name === "in") filters.folder = text;
  else if (name === "account") filters.account = text;
  else if (name === "has" && value.startsWith("attachment")) filters.hasAttachment = true;
  else if (name === "is" && (value === "unread" || value === "read")) filters.isUnread = value === "unread";
  else if (name === "is" && value === "starred") filters.isStarred = true;
  else if (name === "before" || name === "after") {
    const day = new Date(text);
    if (Number.isNaN(day.getTime())) return false;
    filters[name] = day;
  } else return false;
  return true;
}
