import { afterAll, beforeAll, expect, test } from "vitest";
import * as subject from "../../src/index.js";
import { runPoolSchedule } from "./pool-schedule.js";

/** The full length is for `pnpm test:long`; faults are found within some hundred, see `pool-mutations.test.ts`. */
const IS_LONG = process.env["MAILWRIGHT_LONG"] === "1";
const SCHEDULES = IS_LONG ? 40_000 : 2_000;

const { stackTraceLimit } = Error;
beforeAll(() => {
  Error.stackTraceLimit = 0;
});
afterAll(() => {
  Error.stackTraceLimit = stackTraceLimit;
});

test("thousands of random lives of a pool keep every promise (I1 to I9)", {
  timeout: 1_800_000,
}, async () => {
  const first = Number(process.env["MAILWRIGHT_SEED"] ?? 1);
  const failed: { seed: number; broken: string[] }[] = [];
  for (let seed = first; seed < first + SCHEDULES && failed.length < 3; seed++) {
    const broken = await runPoolSchedule(subject, seed);
    if (broken.length > 0) failed.push({ seed, broken });
  }
  if (IS_LONG) console.log(`${SCHEDULES} lives of a pool in ${Math.round(performance.now() / 1_000)} s`);
  expect(failed, "run again with MAILWRIGHT_SEED=<seed>").toEqual([]);
});
