import { type Measured, measureGrowth } from "./measure.js";
import { processorTime } from "./processor-time.js";
import type { SourceFiles } from "./source-files.js";

/** A regular expression of a source. */
export interface FoundExpression {
  /** File and start of the pattern. */
  readonly place: string;
  readonly pattern: RegExp;
}

/** A literal stands where a value is due, and ends at a slash outside of a class. */
const LITERAL =
  /(?<=[=(,:[!&|?]\s*|return |^\s+)\/((?:[^\n/\\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)\/([dgimsuvy]*)(?=[\s.,;)\]])/gm;
const ALPHABET = " \t\na5.-<>()@:*_[]/\\=?;,";
/** The shorter ones stop what takes cubic or exponential time before it takes for ever. */
const LENGTHS = [24, 256, 2_400, 20_000];
const STEP = 8;
/** Per character quadratic time grows by the step, linear time not at all. */
const BAR = Math.sqrt(STEP);
/** Less is not worth to be measured: quadratic time at the greatest length takes hundreds of milliseconds. */
const UNSUSPICIOUS_MS = 5;

/** The regular expressions of a package: its literals, and those put together from strings of the same file. */
export function findExpressions(sources: SourceFiles): FoundExpression[] {
  return sources.paths.flatMap((file) => {
    const source = sources.textOf(file).replace(/^\s*(?:\/\*\*|\*|\/\/).*$|\/\* @__PURE__ \*\//gm, "");
    const literals = [...source.matchAll(LITERAL)].map(([, body = "", flags = ""]) => {
      return { place: `${file} /${body.slice(0, 60)}/`, pattern: new RegExp(body, flags) };
    });
    return [...literals, ...findConstructed(file, source)];
  });
}

function findConstructed(file: string, source: string): FoundExpression[] {
  const pieces = new Map(
    [...source.matchAll(/const (\w+) =\s*(?:("(?:[^"\\]|\\.)*")|String\.raw`([^`]*)`);/g)].map(
      ([, name = "", text, raw]) => [name, raw ?? String(JSON.parse(text ?? '""'))],
    ),
  );
  return [...source.matchAll(/new RegExp\(\s*`((?:[^`\\]|\\.)*)`,\s*"(\w*)",?\s*\)/g)].map(
    ([, body = "", flags = ""]) => {
      const joined = body
        .replaceAll("\\\\", "\\")
        .replace(/\$\{(\w+)\}/g, (_, name: string) => pieces.get(name) ?? "");
      return { place: `${file} (constructed) ${joined.slice(0, 40)}`, pattern: new RegExp(joined, flags) };
    },
  );
}

/**
 * The text, made to be expensive, on which the time of a regular expression grows faster than the text; `undefined`
 * when there is none.
 */
export async function findSlowText(
  pattern: RegExp,
): Promise<(Measured & { readonly text: string }) | undefined> {
  for (const pump of findPumps(pattern)) {
    for (const [before, after] of [
      ["", ""],
      ["On ", "!"],
      ["", "\u0000"],
    ] as const) {
      const textOf = (length: number): string =>
        before + pump.repeat(Math.ceil(length / pump.length)) + after;
      const jobOf = (length: number): (() => unknown) => {
        const text = textOf(length);
        return () => {
          pattern.lastIndex = 0;
          return text.replace(pattern, "");
        };
      };
      const length = LENGTHS.find((each) => isSuspicious(jobOf(each)));
      if (length === undefined) continue;
      const measured = await measureGrowth(jobOf, [length / STEP, length], { bar: BAR, runs: 3 });
      if (measured.ratio >= BAR) return { ...measured, text: textOf(20) };
    }
  }
  return undefined;
}

function isSuspicious(job: () => unknown): boolean {
  const before = processorTime();
  job();
  return processorTime() - before > UNSUSPICIOUS_MS;
}

/** Words and characters of the pattern itself, alone and in pairs: what its loops run on. */
function findPumps({ source }: RegExp): string[] {
  const words = source.match(/[a-z@ ]{2,}/gi) ?? [];
  const characters = [...ALPHABET].filter((character) => /\W/.test(character) || source.length < 400);
  const pairs = words.slice(0, 4).flatMap((word) => [" ", "a", ".", "5"].map((other) => word + other));
  const others = ["5.5.", "a@", "a.", "<a", "550 ", "a b ", "\n ", "> "];
  return [...new Set([...words.slice(0, 12), ...characters, ...pairs, ...others])];
}
