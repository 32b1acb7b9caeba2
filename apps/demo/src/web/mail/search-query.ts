/** A part of a search that stands for itself, such as `from:ada` or `is:unread`. */
export interface SearchChip {
  readonly text: string;
  readonly label: string;
}

const NAMES = ["from", "to", "subject", "in", "account", "has", "is", "before", "after", "filename"];
const TOKEN = /-?(?:[a-z]+:)?(?:"[^"]*"?|\S+)/giu;
const LABELS: Readonly<Record<string, string>> = {
  from: "From",
  to: "To",
  subject: "Subject",
  in: "In",
  account: "Account",
  before: "Before",
  after: "After",
  filename: "File",
};

/** What the page offers to narrow any search by. */
export const OFFERED_CHIPS: readonly SearchChip[] = [
  { text: "is:unread", label: "Unread" },
  { text: "is:starred", label: "Starred" },
  { text: "has:attachment", label: "Has attachment" },
];

/** Parts of a search that can be shown and removed one by one. */
export function chipsOf(query: string): SearchChip[] {
  return tokensOf(query).flatMap((text) => {
    const [name = "", ...rest] = text.replace(/^-/, "").split(":");
    const value = rest.join(":").replaceAll('"', "");
    if (value === "" || !NAMES.includes(name.toLowerCase())) return [];
    const not = text.startsWith("-") ? "Not " : "";
    const prefix = LABELS[name.toLowerCase()];
    return [
      { text, label: not + (prefix === undefined ? capitalized(`${name} ${value}`) : `${prefix}: ${value}`) },
    ];
  });
}

/** The search without one of its parts. */
export function withoutChip(query: string, chip: string): string {
  const tokens = tokensOf(query);
  const at = tokens.indexOf(chip);
  return tokens.toSpliced(at, at === -1 ? 0 : 1).join(" ");
}

/** The search with one more part. */
export function withChip(query: string, chip: string): string {
  return [...tokensOf(query), chip].join(" ");
}

function tokensOf(query: string): string[] {
  return query.match(TOKEN) ?? [];
}

function capitalized(text: string): string {
  if (text.startsWith("is ")) return capitalized(text.slice(3));
  return text.charAt(0).toUpperCase() + text.slice(1);
}
