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

/** Splits differences into those that are meant to be and those that are not. */
export function sortDifferences(differences: readonly Difference[]): {
  unexpected: Difference[];
  used: Set<Allowance>;
} {
  const used = new Set<Allowance>();
  const unexpected = differences.filter((difference) => {
    const allowance = allowances.find(({ command }) => command.test(difference.command));
    if (allowance) used.add(allowance);
    return allowance === undefined;
  });
  return { unexpected, used };
}

/** A few lines per difference, short enough to read in a terminal. */
export function describeDifferences(differences: readonly Difference[]): string {
  const shorten = (lines: readonly string[]): string =>
    lines
      .map((line) => line.slice(0, 300))
      .slice(0, 5)
      .join("\n          ") || "(nothing)";
  return differences
    .map(
      ({ step, command, onlyFirst, onlySecond }) =>
        `#${step} ${command.slice(0, 160)}\n  ours:   ${shorten(onlyFirst)}\n  theirs: ${shorten(onlySecond)}`,
    )
    .join("\n");
}
