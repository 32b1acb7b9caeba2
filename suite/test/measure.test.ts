import { expect, test } from "vitest";
import { measureGrowth, measureRatio, measureStall, passOver, prepared } from "../src/index.js";

const linear = (size: number): (() => unknown) => passOver(size);
const quadratic = (size: number): (() => unknown) => {
  const text = " ".repeat(size);
  return () => /\s+$/.test(`${text}x`);
};
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("twice the work is about twice the reference", async () => {
  const { ratio, told } = await measureRatio(passOver(2_000_000), passOver(1_000_000), { runs: 9 });
  expect(ratio, told).toBeGreaterThan(1.5);
  expect(ratio, told).toBeLessThan(2.7);
});

test("a job that waits costs nothing but its work", async () => {
  const waiting = async (): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, 30));
    passOver(100_000)();
  };
  const { ratio, told } = await measureRatio(waiting, passOver(1_000_000), { bar: 3, runs: 3 });
  expect(ratio, told).toBeLessThan(3);
});

test("linear and quadratic growth are told apart", async () => {
  const once = await measureGrowth(linear, [200_000, 1_600_000], { bar: 3 });
  expect(once.ratio, once.told).toBeLessThan(3);
  const twice = await measureGrowth(quadratic, [1_000, 8_000], { bar: 3, attempts: 2 });
  expect(twice.ratio, twice.told).toBeGreaterThan(3);
});

test("what costs a fraction of a pass over its input is linear, however it grows", async () => {
  const growth = (size: number): (() => unknown) => passOver(size === 200_000 ? 2_000 : 160_000);
  const { ratio, told } = await measureGrowth(growth, [200_000, 1_600_000], { bar: 2 });
  expect(ratio, told).toBeLessThan(2);
});

test("quadratic growth shows where each of its steps is a native search", async () => {
  const searches = (size: number): (() => unknown) => {
    const text = Buffer.alloc(size, "a");
    return () => {
      for (let from = 0; from < size; from += 250) if (text.indexOf("b", from) >= 0) throw new Error("no b");
    };
  };
  const { ratio, told } = await measureGrowth(searches, [100_000, 800_000], { runs: 3 });
  expect(ratio, told).toBeGreaterThan(Math.sqrt(8));
});

test("what is prepared does not count", async () => {
  const job = prepared(
    () => passOver(2_000_000)(),
    (sum) => sum + 1,
  );
  const { ratio, told } = await measureRatio(job, passOver(1_000_000), { bar: 0.2, runs: 3 });
  expect(ratio, told).toBeLessThan(0.2);
});

test("the longest stall is that of one step, however many there are", async () => {
  const step = passOver(1_000_000);
  const steps = async (): Promise<void> => {
    for (let index = 0; index < 20; index++) {
      step();
      await turn();
    }
  };
  const inSteps = await measureStall(steps, step, { bar: 4 });
  expect(inSteps.ratio, inSteps.told).toBeLessThan(4);
  const atOnce = await measureStall(() => Array.from({ length: 20 }, step), step, { bar: 4, attempts: 2 });
  expect(atOnce.ratio, atOnce.told).toBeGreaterThan(10);
});
