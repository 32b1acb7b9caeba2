import {
  collectGarbage,
  type Job,
  measureGrowth,
  measureRatio,
  passOver,
  prepared,
  processorTime,
} from "@mailwright/suite";
import { afterAll, describe, expect, test } from "vitest";
import type { ParsedMessage } from "../../src/message/parsed-message.js";
import { parseMessage } from "../../src/parse-message.js";
import { HOSTILE } from "./hostile-messages.js";
import { readEverything } from "./read-everything.js";

/** `MAILWRIGHT_LONG=1`: messages of ten megabytes instead of two and a half. */
const isLong = process.env["MAILWRIGHT_LONG"] === "1";
const LARGE = isLong ? 10_000_000 : 2_500_000;
const GROWTH: readonly [number, number] = isLong ? [40_000, 320_000] : [20_000, 160_000];
/** Per byte quadratic time grows eightfold between the two sizes, linear time not at all but for the garbage it makes. */
const GROWTH_BAR = 4;
/** In passes over the bytes of the message; what the header costs does not grow with it. */
const PARSE_BAR = isLong ? 7 : 20;
const ACCESS_BAR = isLong ? 50 : 160;
const generators = Object.entries(HOSTILE);

/** What so many bytes cost to look at: the unit of all times here. */
const pass = passOver(LARGE);
const passMs = Math.min(...Array.from({ length: 7 }, () => costOf(pass)));

function costOf(work: () => unknown): number {
  const before = processorTime();
  work();
  return processorTime() - before;
}

/** In passes: from a single run, or measured with care when that one is above the bar. */
async function inPasses<T>(prepare: () => T, run: (input: T) => unknown, bar: number): Promise<number> {
  const input = prepare();
  const once = costOf(() => run(input)) / passMs;
  if (once < bar) return once;
  const job: Job = prepared(prepare, (again) => run(again as T));
  return (await measureRatio(job, pass, { bar, runs: 3 })).ratio;
}

/** What a first access may cost: all of it depends on what was asked for, and the limits bound it. */
const QUESTIONS: Readonly<Record<string, (message: ParsedMessage) => unknown>> = {
  headers: ({ headers }) => [...headers],
  addresses: ({ from, to, cc }) => [from, to, cc],
  identity: ({ subject, date, messageId, references }) => [subject, date, messageId, references],
  text: ({ text }) => text,
  html: ({ html }) => html,
  attachments: ({ attachments }) => attachments.map((attachment) => attachment.sizeBytes),
  defects: ({ defects }) => defects,
};
const slowest = { parse: { name: "", passes: 0 }, access: { name: "", passes: 0 } };

afterAll(() => {
  for (const [kind, { name, passes }] of Object.entries(slowest))
    console.log(`slowest ${kind} of ${LARGE / 1e6} MB: ${passes.toFixed(1)} passes over its bytes (${name})`);
});

describe("a hostile message", () => {
  test.each(generators)("of %s takes linear time", async (_name, generate) => {
    const limits = { maxHeaderBytes: 1e7, maxHeaderLines: 1e7 };
    const jobOf = (size: number): (() => unknown) => {
      const source = Buffer.from(generate(size), "latin1");
      return () => readEverything(parseMessage(source, { limits }));
    };
    const [small, large] = GROWTH.map(jobOf);
    if (small === undefined || large === undefined) throw new Error("no message");
    small();
    // Half of eight times as long, from single runs: no need to measure with care.
    if (costOf(large) < 4 * 8 ** 0.5 * costOf(small)) return;
    const { ratio, told } = await measureGrowth(jobOf, GROWTH, { bar: GROWTH_BAR, runs: 3 });
    expect(ratio, told).toBeLessThan(GROWTH_BAR);
  });

  test.each(generators)(
    "of %s is parsed without a stall, and answers each question in bounded time",
    async (name, generate) => {
      const source = Buffer.from(generate(LARGE), "latin1");
      const parse = (): ParsedMessage => parseMessage(source);
      const parsing = await inPasses(() => undefined, parse, PARSE_BAR);
      if (parsing > slowest.parse.passes) slowest.parse = { name, passes: parsing };
      expect(parsing).toBeLessThan(PARSE_BAR);
      for (const [question, ask] of Object.entries(QUESTIONS)) {
        const passes = await inPasses(parse, ask, ACCESS_BAR);
        if (passes > slowest.access.passes) slowest.access = { name: `${question} of ${name}`, passes };
        expect(passes, question).toBeLessThan(ACCESS_BAR);
      }
    },
  );
});

/** What reading all of a message adds to the memory, in sizes of the message. */
function memoryRatio(source: Buffer): number {
  collectGarbage();
  const before = process.memoryUsage();
  const message = parseMessage(source);
  const kept = [message.text, message.html, message.attachments.map((part) => part.sizeBytes)];
  // What is thrown away on the way counts in the long form only: in a small message it drowns in the rest of the process.
  if (!isLong) collectGarbage();
  const after = process.memoryUsage();
  expect(kept).toHaveLength(3);
  return (after.heapUsed + after.external - before.heapUsed - before.external) / source.length;
}

test("reading all of a message takes less than four times its size in memory", () => {
  const worst = { name: "", ratio: 0 };
  for (const [name, generate] of generators) {
    const source = Buffer.from(generate(LARGE), "latin1");
    const first = memoryRatio(source);
    const ratio = first < 4 ? first : Math.min(first, memoryRatio(source), memoryRatio(source));
    if (ratio > worst.ratio) Object.assign(worst, { name, ratio });
  }
  console.log(`most memory over the input: ${worst.ratio.toFixed(1)} × (${worst.name})`);
  expect(worst.ratio).toBeLessThan(4);
});
