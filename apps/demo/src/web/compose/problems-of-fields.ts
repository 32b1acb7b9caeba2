import type { DraftProblem } from "./send-draft.js";

/** What is wrong, by the field that it is shown at. */
export interface FieldProblems {
  /** About a field as a whole. */
  readonly fields: ReadonlyMap<string, string>;
  /** About one of several in a field, by its place. */
  readonly items: (field: string) => ReadonlyMap<number, string>;
  /** What no field of the form is about. */
  readonly others: readonly string[];
}

const SHOWN = ["to", "cc", "bcc", "subject", "text", "attachments"];
/** `to`, `to[1].address`, and as a JSON pointer `/to/1/address`. */
const PATH = /^\/?(?<field>\w+)(?:[[/](?<place>\d+))?/;

/**
 * Parts problems by fields; each field says the first of its own. One that was changed since says none: it may be right by now, and
 * there may be another one at each of its places.
 */
export function problemsOfFields(
  problems: readonly DraftProblem[],
  changed: readonly string[] = [],
): FieldProblems {
  const fields = new Map<string, string>();
  const items = new Map<string, Map<number, string>>();
  const others: string[] = [];
  for (const { path, message } of problems) {
    const { field = "", place } = PATH.exec(path)?.groups ?? {};
    if (changed.includes(field)) continue;
    if (!SHOWN.includes(field)) others.push(message);
    else if (place === undefined) fields.set(field, fields.get(field) ?? message);
    else {
      const known = items.get(field) ?? new Map<number, string>();
      items.set(field, known.set(Number(place), known.get(Number(place)) ?? message));
    }
  }
  return { fields, others, items: (field) => items.get(field) ?? new Map() };
}
