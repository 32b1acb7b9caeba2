import { MailError, type MailProtocol } from "../errors/mail-error.js";

/** Which option is looked at, and whose it is; for the error. */
export interface OptionContext {
  /** What holds the names, as the caller wrote it: `"timeouts"`; empty for the options themselves. */
  readonly option: string;
  readonly protocol: MailProtocol;
}

/** Further apart than this, a name is not a slip of the other. */
const MAX_SLIPS = 3;

/**
 * Throws `"invalid-argument"` for a value that is no object, and for a name that is none of those known: what
 * is misspelt would silently not happen. The error suggests the name that was probably meant.
 */
export function requireKnownNames(
  given: unknown,
  known: readonly string[],
  { option, protocol }: OptionContext,
): void {
  const invalid = (message: string): MailError =>
    new MailError(message, { code: "invalid-argument", protocol });
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw invalid(`${option === "" ? "options" : option} must be an object: { ${known.join(", ")} }`);
  }
  const path = (name: string): string => (option === "" ? name : `${option}.${name}`);
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue;
    const nearest = nearestName(name, known);
    const hint = nearest === undefined ? `known are ${known.join(", ")}` : `did you mean ${path(nearest)}?`;
    throw invalid(`There is no option ${path(name)}; ${hint}`);
  }
}

/** The known name that differs least from the given one, if any is near enough to be meant. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  let nearest: string | undefined;
  let fewest = Math.min(MAX_SLIPS, Math.ceil(name.length / 2));
  for (const candidate of known) {
    const slips = slipsBetween(plain(name), plain(candidate));
    if (slips > fewest || (nearest !== undefined && slips === fewest)) continue;
    nearest = candidate;
    fewest = slips;
  }
  return nearest ?? known.find((candidate) => isCutOff(plain(name), plain(candidate)));
}

/** `auth` for `authMethod`, `timeoutsMs` for `timeouts`. */
function isCutOff(name: string, candidate: string): boolean {
  return name.length >= 3 && (candidate.startsWith(name) || name.startsWith(candidate));
}

/** `reply_to`, `ReplyTo` and `replyTo` are the same slip of the shift key. */
function plain(name: string): string {
  return name.slice(0, 64).toLowerCase().replaceAll(/[-_]/g, "");
}

/** Characters to insert, delete, replace, or swap with their neighbour, to get from one text to the other. */
function slipsBetween(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const isSame = from[row - 1] === to[column - 1];
      const replaced = (last[column - 1] ?? 0) + (isSame ? 0 : 1);
      let least = Math.min(replaced, (last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1);
      const isSwap = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (row > 1 && column > 1 && isSwap) least = Math.min(least, (beforeLast[column - 2] ?? 0) + 1);
      current.push(least);
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length] ?? 0;
}
