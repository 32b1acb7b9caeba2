import type { Difference } from "./differential-run.js";

/** A difference from Dovecot 2.3 that is meant to be, and why. */
export interface Allowance {
  readonly command: RegExp;
  readonly reason: string;
}

/**
 * Every difference that is left after normalizing. What normalizing hides is named in
 * `normalize-answer.ts`.
 */
export const allowances: readonly Allowance[] = [
  {
    command: /^a: (STORE 1 \+FLAGS \(\\Deleted\)|EXPUNGE)$/,
    reason: "after EXAMINE a change is NO [READ-ONLY] here; Dovecot says OK and changes nothing",
  },
  {
    command: /BODY\.PEEK\[(1\.1|2\.1|2\.1\.MIME|1\.1\.1)\]$/,
    reason: "a part that is no message has no part 1 (RFC 3501 §6.4.5); Dovecot gives the part itself",
  },
  { command: /<0\.0>$/, reason: "a partial of no bytes is outside the grammar; Dovecot serves it" },
  { command: /\[0\]$/, reason: "there is no part 0 in the grammar; Dovecot serves an empty one" },
  {
    command: /SENTBEFORE/,
    reason: "a message without Date is not found here; for Dovecot it was sent in 1970",
  },
  {
    command: /^a: ENABLE NOPE$/,
    reason: "ENABLED is sent even when empty (RFC 5161 §3.1); Dovecot leaves it out",
  },
  { command: /^a: (NOOP|CAPABILITY) x$/, reason: "an argument too many is BAD here; Dovecot ignores it" },
];

/** The same for the steps of `content-steps.ts`. */
export const contentAllowances: readonly Allowance[] = [
  {
    command: /SEARCH BODY "inner gr"$/,
    reason: "the header of an inner message is in the body of the outer one; Dovecot finds it by TEXT only",
  },
  {
    command: /BINARY\.PEEK\[1\.MIME\]$/,
    reason: "only parts have a transfer encoding to undo (RFC 3516 §7); Dovecot serves the header as it is",
  },
];

/** Splits differences into those that are meant to be and those that are not. */
export function sortDifferences(
  differences: readonly Difference[],
  allowed: readonly Allowance[] = allowances,
): {
  unexpected: Difference[];
  used: Set<Allowance>;
} {
  const used = new Set<Allowance>();
  const unexpected = differences.filter((difference) => {
    const allowance = allowed.find(({ command }) => command.test(difference.command));
    if (allowance) used.add(allowance);
    return allowance === undefined;
  });
  return { unexpected, used };
}

/** A few lines per difference, cut to where they begin to differ. */
export function describeDifferences(differences: readonly Difference[]): string {
  return differences
    .map(({ step, command, onlyFirst, onlySecond }) => {
      const [ours = [], theirs = []] = cutToDifference(onlyFirst.slice(0, 5), onlySecond.slice(0, 5));
      const list = (lines: readonly string[]): string => lines.join("\n          ") || "(nothing)";
      return `#${step} ${command.slice(0, 160)}\n  ours:   ${list(ours)}\n  theirs: ${list(theirs)}`;
    })
    .join("\n");
}

const CONTEXT = 60;

function cutToDifference(ours: readonly string[], theirs: readonly string[]): string[][] {
  const other = [theirs, ours];
  return [ours, theirs].map((lines, side) =>
    lines.map((line, index) => {
      const opposite = other[side]?.[index] ?? "";
      let at = 0;
      while (at < line.length && line[at] === opposite[at]) at += 1;
      const start = Math.max(0, at - CONTEXT);
      return `${start > 0 ? `${line.slice(0, 30)} … ` : ""}${line.slice(start, at + 2 * CONTEXT)}`;
    }),
  );
}
