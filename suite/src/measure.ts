import { collectGarbage, processorTime } from "./processor-time.js";

/** Work to measure; may be asynchronous. */
export type Job = (() => unknown) | PreparedJob;

/** Work that uses its input up; made by {@link prepared}. */
export interface PreparedJob {
  /** Makes one input; its cost does not count. */
  prepare(): unknown;
  /** The work on one input. */
  run(input: unknown): unknown;
}

/** A job whose input is made anew before each run, without being measured: what caches its answers, say. */
export function prepared<T>(prepare: () => T, run: (input: Awaited<T>) => unknown): Job {
  return { prepare, run: run as (input: unknown) => unknown };
}

/** How a figure is taken. */
export interface MeasureOptions {
  /**
   * The bar that the caller asserts. Measuring ends as soon as the figure is below it, and begins again (up to
   * {@link attempts} times, after a collection of garbage) while it is not: what spoils a figure raises it, and seldom
   * twice, while a fault stays. Without a bar one attempt decides.
   */
  readonly bar?: number;
  /** @defaultValue 5 */
  readonly attempts?: number;
  /** Pairs of job and reference in one attempt, of which the median counts. @defaultValue 5 */
  readonly runs?: number;
}

/** A cost in units of another. In a message of an assertion (`expect(ratio, told)`) `told` says what was measured. */
export interface Measured {
  /** Cost of the job ÷ cost of the reference: the number to assert. */
  readonly ratio: number;
  /** Milliseconds of processor time of one run of the job (and its pass, of growth): to print, never to assert. */
  readonly jobMs: number;
  /** The same of the reference. */
  readonly referenceMs: number;
  /** All of it in words. */
  readonly told: string;
}

/** A shorter sample measures the clock. */
const LEAST_SAMPLE_MS = 2;
/** A sample that took so long with all its preparations is long enough. */
const LONG_SAMPLE_MS = 50;
/** So many times the bar, twice, is no accident: a job that is so slow need not be waited for again. */
const HOPELESS = 3;

/**
 * How many times as much processor time a job takes as a reference job in this process, which stands for the speed of
 * the machine: parsing a message against {@link passOver} its bytes, say. Both run by turns, short ones repeatedly.
 *
 * ```ts
 * const { ratio, told } = await measureRatio(() => parseMessage(source), passOver(source), { bar: 5 });
 * expect(ratio, told).toBeLessThan(5);
 * ```
 */
export function measureRatio(job: Job, reference: Job, options: MeasureOptions = {}): Promise<Measured> {
  return measure(timeOf, job, reference, 1, options);
}

/**
 * How the cost of one item grows with the number of items: 1 is linear, `large / small` is quadratic. `jobOf` is called
 * once per size and may prepare the input. Choose sizes at which fixed costs no longer count, the large one at least four
 * times the small one, and the square root of that as the bar (3 for ten times), so that noise decides neither way.
 *
 * Both runs count together with one plain pass over as many bytes as their size ({@link passOver}), which is linear. What
 * costs a fraction of that, a native search for something that is not there, say, grows as the caches of the processor
 * let it, and its ratio would tell nothing else. Quadratic time shows as soon as it costs a few passes at the large size.
 *
 * ```ts
 * const textOf = (size: number) => "a ".repeat(size);
 * const growth = await measureGrowth((size) => { const text = textOf(size); return () => parse(text); }, [1_000, 10_000], { bar: 3 });
 * ```
 */
export function measureGrowth(
  jobOf: (size: number) => Job,
  [small, large]: readonly [small: number, large: number],
  options: MeasureOptions = {},
): Promise<Measured> {
  const [job, reference] = [withPass(jobOf(large), large), withPass(jobOf(small), small)];
  return measure(timeOf, job, reference, small / large, options);
}

/**
 * The longest time for which an asynchronous job keeps everything else in this process from running, in units of a
 * reference job (a synchronous one). Of a synchronous job it is the whole of it.
 */
export function measureStall(job: Job, reference: Job, options: MeasureOptions = {}): Promise<Measured> {
  return measure(stallOf, job, reference, 1, options);
}

/** A reference job: one pass over so many bytes in plain JavaScript, about a millisecond per megabyte. */
export function passOver(bytes: Uint8Array | number): () => number {
  const source = typeof bytes === "number" ? new Uint8Array(bytes).fill(0x61) : bytes;
  return () => {
    let sum = 0;
    for (let index = 0; index < source.length; index++) sum = (sum + (source[index] ?? 0)) | 0;
    return sum;
  };
}

function withPass(job: Job, size: number): Job {
  const pass = passOver(size);
  const { prepare, run } = typeof job === "function" ? { prepare: () => undefined, run: job } : job;
  return prepared(prepare, (input) => {
    pass();
    return run(input);
  });
}

type Meter = (job: Job, repeats: number) => Promise<number>;

async function measure(
  meter: Meter,
  job: Job,
  reference: Job,
  scale: number,
  options: MeasureOptions,
): Promise<Measured> {
  const { bar, attempts = bar === undefined ? 1 : 5, runs = 5 } = options;
  const [jobRepeats, referenceRepeats] = [await repeatsOf(job), await repeatsOf(reference)];
  const tries: Measured[] = [];
  for (let attempt = 0; attempt < attempts; attempt++) {
    collectGarbage();
    const pairs: Measured[] = [];
    for (let run = 0; run < runs; run++) {
      const referenceMs = await timeOf(reference, referenceRepeats);
      const jobMs = await meter(job, jobRepeats);
      pairs.push(inWords((scale * jobMs) / referenceMs, jobMs, referenceMs));
      if (bar === undefined) continue;
      const { ratio } = medianOf(pairs);
      // A pair far below the bar is enough: seldom is the reference alone spoiled so much.
      if (ratio < (run < 2 ? bar / 2 : bar)) return medianOf(pairs);
      if (ratio > HOPELESS * bar) break;
    }
    tries.push(medianOf(pairs));
    if (bar !== undefined && tries.filter(({ ratio }) => ratio > HOPELESS * bar).length === 2) break;
  }
  return tries.reduce((best, each) => (each.ratio < best.ratio ? each : best));
}

function inWords(ratio: number, jobMs: number, referenceMs: number): Measured {
  const told = `${jobMs.toFixed(3)} ms against ${referenceMs.toFixed(3)} ms: ${ratio.toFixed(2)}`;
  return { ratio, jobMs, referenceMs, told };
}

function medianOf(pairs: readonly Measured[]): Measured {
  const sorted = [...pairs].sort((a, b) => a.ratio - b.ratio);
  const middle = sorted[(sorted.length - 1) >> 1];
  if (middle === undefined) throw new Error("Nothing was measured");
  return middle;
}

/** How often a job has to run to be measurable; warms it up, too. */
async function repeatsOf(job: Job): Promise<number> {
  let isWarm = false;
  for (let repeats = 1; ; ) {
    const before = processorTime();
    const spentMs = repeats * (await timeOf(job, repeats));
    if (processorTime() - before >= LONG_SAMPLE_MS || (isWarm && spentMs >= LEAST_SAMPLE_MS)) return repeats;
    // The first sample that is long enough may be so for what later ones find done: code compiled, strings joined.
    if (spentMs >= LEAST_SAMPLE_MS) isWarm = true;
    else repeats *= 2;
  }
}

async function timeOf(job: Job, repeats: number): Promise<number> {
  const inputs = await inputsOf(job, repeats);
  const run = typeof job === "function" ? job : job.run;
  const before = processorTime();
  for (const input of inputs) {
    const result = run(input);
    if (result instanceof Promise) await result;
  }
  return (processorTime() - before) / repeats;
}

async function inputsOf(job: Job, repeats: number): Promise<unknown[]> {
  const inputs: unknown[] = Array.from({ length: repeats });
  if (typeof job === "function") return inputs;
  for (let index = 0; index < repeats; index++) inputs[index] = await job.prepare();
  return inputs;
}

/** Looks at every turn of the event loop how much processor time has passed since the last. */
async function stallOf(job: Job): Promise<number> {
  const [input] = await inputsOf(job, 1);
  const run = typeof job === "function" ? job : job.run;
  let [longest, last] = [0, processorTime()];
  const look = (): void => {
    const now = processorTime();
    longest = Math.max(longest, now - last);
    last = processorTime();
  };
  let turn = setImmediate(function each() {
    look();
    turn = setImmediate(each);
  });
  try {
    await run(input);
    look();
  } finally {
    clearImmediate(turn);
  }
  return longest;
}
