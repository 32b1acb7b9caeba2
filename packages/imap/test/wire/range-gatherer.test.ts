import { measureGrowth } from "@mailwright/suite";
import { expect, it } from "vitest";
import { RangeGatherer } from "../../src/wire/range-gatherer.js";

/** The same numbers in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

it("has every UID and range that came, in whatever order, once", () => {
  const random = seeded(7);
  const gatherer = new RangeGatherer();
  const expected = new Set<number>();
  for (let count = 0; count < 60_000; count++) {
    const first = 1 + Math.floor(random() * 400_000);
    const last = first + Math.floor(random() * 3);
    for (let uid = first; uid <= last; uid++) expected.add(uid);
    if (first === last) gatherer.addUid(first);
    else gatherer.add([[first, last]]);
    // Looked at in between, it goes on.
    if (count % 20_000 === 0) expect(gatherer.ranges.count).toBe(expected.size);
  }
  expect([...gatherer.ranges]).toEqual([...expected].sort((a, b) => a - b));
});

it("is empty where nothing came", () => {
  expect(new RangeGatherer().ranges.isEmpty).toBe(true);
});

it("does not take more ranges than a mailbox comes to, and takes as many UIDs as there are in few", () => {
  const gatherer = new RangeGatherer();
  const flood = (): void => {
    for (let uid = 1; uid < 10_000_000; uid += 2) gatherer.addUid(uid);
  };
  expect(flood).toThrow(/more than 1000000 ranges/);
  const dense = new RangeGatherer();
  for (let uid = 1; uid <= 3_000_000; uid++) dense.addUid(uid);
  expect(dense.ranges.count).toBe(3_000_000);
});

it("takes time in proportion to what comes", async () => {
  const jobOf = (count: number) => (): void => {
    const gatherer = new RangeGatherer();
    for (let uid = 2 * count; uid > 0; uid -= 2) gatherer.addUid(uid);
    if (gatherer.ranges.rangeCount !== count) throw new Error("A range is lost");
  };
  const { ratio, told } = await measureGrowth(jobOf, [40_000, 400_000], { bar: 3 });
  expect(ratio, told).toBeLessThan(3);
});
