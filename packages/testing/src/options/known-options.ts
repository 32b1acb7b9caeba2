/** Every option that there is, by name; the compiler sees to it that none is forgotten. */
export type OptionNames<T> = Readonly<Record<keyof T, true>>;

const MAX_SLIPS = 3;

/**
 * Throws a `TypeError` for an option that is none of those known: what is misspelt would silently not happen. The
 * error suggests the name that was probably meant. `owner` is what has the options, such as `startMailServers`.
 */
export function requireKnownOptions<T extends object>(given: T, known: OptionNames<T>, owner: string): void {
  if (typeof given !== "object" || given === null) throw new TypeError(`${owner} takes an object`);
  requireKnown(Object.keys(given), Object.keys(known), `${owner} has no option`);
}

/** Throws a `TypeError` that begins with `problem` for the first of these names that is not known. */
export function requireKnown(given: readonly string[], known: readonly string[], problem: string): void {
  const unknown = given.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const nearest = nearestTo(unknown, known);
  const hint = nearest === undefined ? `there are ${known.join(", ")}` : `did you mean ${nearest}?`;
  throw new TypeError(`${problem} ${unknown}; ${hint}`);
}

function nearestTo(name: string, known: readonly string[]): string | undefined {
  const [nearest] = known
    .map((candidate) => ({ candidate, slips: countSlips(name, candidate) }))
    .sort((a, b) => a.slips - b.slips);
  const most = Math.min(MAX_SLIPS, Math.ceil(name.length / 3));
  return nearest !== undefined && nearest.slips <= most ? nearest.candidate : undefined;
}

/** Characters to insert, delete or replace to get from one name to the other, whatever their case. */
function countSlips(from: string, to: string): number {
  const target = [...to.toLowerCase()];
  let above = Array.from({ length: target.length + 1 }, (_, index) => index);
  for (const [row, letter] of [...from.toLowerCase()].entries()) {
    const current = [row + 1];
    for (const [column, wanted] of target.entries()) {
      const replaced = (above[column] ?? 0) + Number(letter !== wanted);
      current.push(Math.min(replaced, (current[column] ?? 0) + 1, (above[column + 1] ?? 0) + 1));
    }
    above = current;
  }
  return above.at(-1) ?? 0;
}
