import { seededRandom } from "@mailwright/suite";
import { describe, expect, it } from "vitest";
import { UidRanges } from "../../src/wire/uid-ranges.js";

describe("ranges of UIDs", () => {
  it("do what sets of numbers do", () => {
    const random = seededRandom(7);
    const some = (): number[] =>
      Array.from({ length: 40 }, (_, index) => index + 1).filter(() => random() < 0.5);
    for (let round = 0; round < 300; round++) {
      const [a, b] = [some(), some()];
      const [left, right] = [UidRanges.of(a), UidRanges.of(b)];
      expect([...left.union(right)]).toEqual([...new Set([...a, ...b])].sort((x, y) => x - y));
      expect([...left.minus(right)]).toEqual(a.filter((uid) => !b.includes(uid)));
      expect([...left.intersect(right)]).toEqual(a.filter((uid) => b.includes(uid)));
      expect([left.count, left.first, left.last, left.isEmpty]).toEqual([
        a.length,
        a[0],
        a.at(-1),
        a.length === 0,
      ]);
      expect([...UidRanges.parse(left.toString())]).toEqual(a);
      for (const uid of [0, 1, 20, 40, 41]) expect(left.has(uid)).toBe(a.includes(uid));
      expect([...left.take(7)]).toEqual(a.slice(0, 7));
      expect([...left.take(7, "newest")]).toEqual(a.slice(-7));
    }
  });

  it("never spell out what a server says", () => {
    const all = UidRanges.parse("1:4294967295");
    expect([all.count, all.toString()]).toEqual([4_294_967_295, "1:4294967295"]);
    expect(all.intersect(UidRanges.of([3, 9])).toString()).toBe("3,9");
    expect(UidRanges.parse("x,5,,3:1,*").toString()).toBe("1:3,5");
  });
});
