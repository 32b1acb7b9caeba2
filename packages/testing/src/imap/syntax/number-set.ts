import { ImapRefusal } from "./refusal.js";

const MAX_NUMBER = 0xffff_ffff;

/** `*` in a set: the largest number in use. */
const LARGEST = Number.POSITIVE_INFINITY;

/** Ranges as written, not yet ordered, `*` as infinity; `"saved"` is `$` (RFC 5182). */
export type NumberSet = readonly (readonly [first: number, last: number])[] | "saved";

/** Reads a sequence set (RFC 3501 §9). Throws a `BAD` refusal for zero and for numbers above 32 bits. */
export function parseNumberSet(text: string): NumberSet {
  if (text === "$") return "saved";
  return text.split(",").map((range) => {
    const [first = "", last = first, more] = range.split(":");
    if (more !== undefined) throw new ImapRefusal("BAD", "Invalid message set");
    return [parseBound(first), parseBound(last)] as const;
  });
}

function parseBound(text: string): number {
  if (text === "*") return LARGEST;
  const number = Number(text);
  if (!/^[1-9]\d{0,9}$/.test(text) || number > MAX_NUMBER)
    throw new ImapRefusal("BAD", "Invalid message set");
  return number;
}

/** Ordered, merged ranges with `*` replaced by `largest`. */
export function resolveNumberSet(
  set: Exclude<NumberSet, "saved">,
  largest: number,
): (readonly [number, number])[] {
  const ranges = set
    .map(([a, b]): [number, number] => {
      const first = a === LARGEST ? largest : a;
      const last = b === LARGEST ? largest : b;
      return first <= last ? [first, last] : [last, first];
    })
    .sort((a, b) => a[0] - b[0]);
  const merged: [number, number][] = [];
  for (const range of ranges) {
    const previous = merged.at(-1);
    if (previous && range[0] <= previous[1] + 1) previous[1] = Math.max(previous[1], range[1]);
    else merged.push(range);
  }
  return merged;
}

/** Whether any range or the list itself goes down, which some servers refuse. */
export function isDescending(set: NumberSet): boolean {
  if (set === "saved") return false;
  return set.some(([first, last], index) => first > last || first < (set[index - 1]?.[1] ?? 0));
}

/** Writes ascending numbers as a set with ranges, such as `1:3,7`. */
export function formatNumberSet(numbers: Iterable<number>): string {
  const ranges: string[] = [];
  let first = 0;
  let last = 0;
  const finish = (): void => {
    if (first > 0) ranges.push(first === last ? `${first}` : `${first}:${last}`);
  };
  for (const number of numbers) {
    if (first > 0 && number === last + 1) {
      last = number;
      continue;
    }
    finish();
    first = last = number;
  }
  finish();
  return ranges.join(",");
}
