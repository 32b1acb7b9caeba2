import { sanitizeHtml } from "@mailwright/parser/sanitize";
import { measureGrowth, processorTime } from "@mailwright/suite";
import { describe, expect, test } from "vitest";
import { htmlToText } from "../../src/conversation/html-to-text.js";
import { stripQuotedReply } from "../../src/conversation/strip-quoted-reply.js";
import { HOSTILE_HTML } from "./hostile-html-inputs.js";

const ALL = { maxCharacters: 2_000_000 };
const WAYS: Readonly<Record<string, (html: string) => unknown>> = {
  sanitizeHtml: (html) => sanitizeHtml(html, ALL),
  htmlToText: (html) => htmlToText(html, ALL),
  stripQuotedReply,
};

/** `MAILWRIGHT_LONG=1`: up to two megabytes. */
const isLong = process.env["MAILWRIGHT_LONG"] === "1";
const SIZES: readonly [number, number] = isLong ? [250_000, 2_000_000] : [20_000, 160_000];
/** Per character quadratic time grows eightfold, linear time not at all. */
const BAR = Math.sqrt(8);

test(`${HOSTILE_HTML.length} inputs are made to be expensive`, () => {
  expect(HOSTILE_HTML.length).toBeGreaterThanOrEqual(60);
});

describe.each(Object.entries(WAYS))("%s takes linear time on", (name, work) => {
  // In the short form each input goes one way, and its neighbours the others.
  const turn = Object.keys(WAYS).indexOf(name);
  const inputs = HOSTILE_HTML.filter((_, index) => isLong || index % Object.keys(WAYS).length === turn);
  test.each(inputs)("%s", async (_what, make) => {
    const jobOf = (length: number): (() => unknown) => {
      const html = make(length);
      return () => work(html);
    };
    const [small, large] = SIZES.map(jobOf);
    if (small === undefined || large === undefined) throw new Error("no sizes");
    await small();
    // Half of eight times as long, from single runs: no need to measure with care.
    if ((await costOf(large)) < 4 * BAR * (await costOf(small))) return;
    const { ratio, told } = await measureGrowth(jobOf, SIZES, { bar: BAR, runs: 3 });
    expect(ratio, told).toBeLessThan(BAR);
  });
});

async function costOf(work: () => unknown): Promise<number> {
  const before = processorTime();
  await work();
  return processorTime() - before;
}
