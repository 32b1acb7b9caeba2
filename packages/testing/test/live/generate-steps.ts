import { differentialMessages, toWire } from "./differential-messages.js";
import type { DifferentialStep } from "./differential-run.js";
import { fillSteps } from "./differential-steps.js";

/** Numbers from 0 to below 1, the same for the same seed. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const FLAGS = ["\\Seen", "\\Flagged", "\\Answered", "\\Draft", "\\Deleted", "Work", "$Label1"];
const ITEMS = [
  "FLAGS",
  "(UID FLAGS)",
  "ENVELOPE",
  "BODYSTRUCTURE",
  "BODY.PEEK[1]",
  "BODY[HEADER]",
  "RFC822.SIZE",
];
const KEYS = [
  "ALL",
  "SEEN",
  "UNSEEN",
  "DELETED",
  "FLAGGED",
  "KEYWORD Work",
  "SUBJECT engine",
  "BODY words",
  "LARGER 300",
];
const BOXES = ["Box", "Filed", "Bin"];

/** Two sessions that change the same mailboxes; each looks at the news before its next command. */
export function generateSteps(seed: number, count: number): DifferentialStep[] {
  const random = createRandom(seed);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const number = (): string => String(1 + Math.floor(random() * 9));
  const range = (): string => (random() < 0.5 ? number() : `${number()}:${number()}`);
  // A star with numbers past the end is each server's own guess, so it comes alone.
  const set = (): string =>
    random() < 0.15 ? pick(["*", "1:*"]) : random() < 0.3 ? `${range()},${range()}` : range();
  const flags = (): string => FLAGS.filter(() => random() < 0.3).join(" ");
  const key = (depth = 0): string => {
    const choice = random();
    if (choice < 0.1 && depth < 3) return `NOT ${key(depth + 1)}`;
    if (choice < 0.2 && depth < 3) return `OR ${key(depth + 1)} (${key(depth + 1)} ${key(depth + 1)})`;
    return choice < 0.35 ? set() : choice < 0.5 ? `UID ${set()}` : pick(KEYS);
  };
  const uid = (): string => (random() < 0.5 ? "UID " : "");
  const commands: (readonly [weight: number, create: () => string[]])[] = [
    [5, () => [`${uid()}FETCH ${set()} ${pick(ITEMS)}`]],
    [6, () => [`${uid()}STORE ${set()} ${pick(["", "+", "-"])}FLAGS${pick(["", ".SILENT"])} (${flags()})`]],
    [
      3,
      () => [
        `${uid()}SEARCH ${random() < 0.3 ? `RETURN (${pick(["ALL", "MIN MAX", "COUNT"])}) ` : ""}${key()}`,
      ],
    ],
    [2, () => [`${uid()}COPY ${set()} ${pick(BOXES)}`]],
    [2, () => [`${uid()}MOVE ${set()} ${pick(["Filed", "Bin"])}`]],
    [2, () => [random() < 0.5 ? "EXPUNGE" : `UID EXPUNGE ${set()}`]],
    [
      2,
      () => [
        `APPEND ${pick(BOXES)} (${flags()}) "05-Nov-2026 10:00:00 +0000" `,
        toWire(pick(differentialMessages)),
      ],
    ],
    [1, () => [`STATUS ${pick(["Filed", "Bin"])} (MESSAGES UIDNEXT UNSEEN)`]],
    [1, () => [`SELECT ${pick(BOXES)}`]],
    [1, () => [`FETCH 1:* (UID FLAGS) (CHANGEDSINCE 1)`]],
  ];
  const total = commands.reduce((sum, [weight]) => sum + weight, 0);
  const command = (): string[] => {
    let at = random() * total;
    for (const [weight, create] of commands) {
      at -= weight;
      if (at < 0) return create();
    }
    return ["NOOP"];
  };
  const steps: DifferentialStep[] = [
    ...BOXES.map((box) => ({ session: "a", command: [`CREATE ${box}`] })),
    ...fillSteps(),
    { session: "b", command: [`ENABLE ${pick(["CONDSTORE", "QRESYNC"])}`] },
    ...["a", "b"].map((session) => ({ session, command: ["SELECT Box"] })),
  ];
  while (steps.length < count) {
    const session = pick(["a", "b"]);
    steps.push({ session, command: ["NOOP"] }, { session, command: command() });
  }
  return steps;
}
