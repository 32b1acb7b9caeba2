import { SourceFiles } from "@mailwright/suite";
import { describe, expect, test } from "vitest";

const sources = new SourceFiles("parser");
const LENGTH = 20_000;
/** Quadratic time at this length takes hundreds of milliseconds. */
const LIMIT_MS = 60;

interface Found {
  readonly place: string;
  readonly pattern: RegExp;
}

/** A literal stands where a value is due, and ends at a slash outside of a class. */
const LITERAL =
  /(?<=[=(,:[!&|?]\s*|return |^\s+)\/((?:[^\n/\\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)\/([dgimsuvy]*)(?=[\s.,;)\]])/gm;
const ALPHABET = [
  " ",
  "\t",
  "\n",
  "a",
  "5",
  ".",
  "-",
  "<",
  ">",
  "(",
  ")",
  "@",
  ":",
  "*",
  "_",
  "[",
  "]",
  "/",
  "\\",
  "=",
  "?",
  ";",
  ",",
];

function findLiterals(): Found[] {
  const found: Found[] = [];
  for (const file of sources.paths) {
    const source = sources.textOf(file).replace(/^\s*(?:\/\*\*|\*|\/\/).*$/gm, "");
    for (const [, body = "", flags = ""] of source.matchAll(LITERAL))
      found.push({ place: `${file} /${body.slice(0, 60)}/`, pattern: new RegExp(body, flags) });
    // Those put together from pieces: their pieces are strings in the same file.
    if (source.includes("new RegExp(")) found.push(...findConstructed(file, source));
  }
  return found;
}

function findConstructed(file: string, source: string): Found[] {
  const strings = new Map(
    [...source.matchAll(/const (\w+) =\s*("(?:[^"\\]|\\.)*");/g)].map(([, name = "", text = '""']) => [
      name,
      String(JSON.parse(text)),
    ]),
  );
  return [...source.matchAll(/new RegExp\(\s*`((?:[^`\\]|\\.)*)`,\s*"(\w*)",?\s*\)/g)].map(
    ([, body = "", flags = ""]) => {
      const joined = body
        .replace(/\$\{(\w+)\}/g, (_, name) => strings.get(name) ?? "")
        .replaceAll("\\\\", "\\");
      return { place: `${file} (constructed) ${joined.slice(0, 40)}`, pattern: new RegExp(joined, flags) };
    },
  );
}

/** Words and characters of the pattern itself, alone and in pairs: what its loops run on. */
function findPumps({ source }: RegExp): string[] {
  const words = source.match(/[a-z@ ]{2,}/gi) ?? [];
  const pieces = [
    ...new Set([...words.slice(0, 12), ...ALPHABET.filter((c) => /\W/.test(c) || source.length < 400)]),
  ];
  const pairs = words.slice(0, 4).flatMap((word) => [" ", "a", ".", "5"].map((other) => word + other));
  return [...pieces, ...pairs, "5.5.", "a@", "a.", "<a", "550 ", "a b ", "\n ", "> "];
}

function timeOf(pattern: RegExp, text: string): number {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 3 && best > LIMIT_MS; run++) {
    pattern.lastIndex = 0;
    const before = process.cpuUsage();
    text.replace(pattern, "");
    const { user } = process.cpuUsage(before);
    best = Math.min(best, user / 1_000);
  }
  return best;
}

describe("every regular expression of the source", () => {
  const literals = findLiterals();

  test("is found", () => {
    const used = sources.paths.flatMap(
      (file) => sources.textOf(file).match(/\.(?:test|exec|matchAll|replace)\(|new RegExp\(/g) ?? [],
    );
    expect(literals.length).toBeGreaterThan(60);
    expect(used.length).toBeGreaterThan(40);
  });

  test.each(literals)("$place takes linear time", { timeout: 60_000 }, ({ pattern }) => {
    for (const pump of findPumps(pattern)) {
      const pumped = pump.repeat(Math.ceil(LENGTH / pump.length));
      for (const text of [pumped, `On ${pumped}!`, `${pumped}\u0000`]) {
        expect(timeOf(pattern, text), JSON.stringify(text.slice(0, 20))).toBeLessThan(LIMIT_MS);
      }
    }
  });

  test("would be caught if it were not linear", { timeout: 60_000 }, () => {
    expect(timeOf(/\s+$/, `${" ".repeat(LENGTH)}x`)).toBeGreaterThan(LIMIT_MS);
    expect(timeOf(/(?:a+)+b/, "a".repeat(25))).toBeGreaterThan(LIMIT_MS);
  });
});
