import { describe, expect, it } from "vitest";
import { expandUidSet, formatUidSet, parseUidRanges, splitUidSets, toUids } from "../../src/wire/uid-set.js";

describe("UID sets", () => {
  it("are ascending, each UID once, in ranges", () => {
    expect(toUids([9, 3, 2, 3, 1])).toEqual([1, 2, 3, 9]);
    expect(formatUidSet([1, 2, 3, 7, 9, 10])).toBe("1:3,7,9:10");
    expect(formatUidSet([])).toBe("");
  });

  it.each([0, -1, 1.5, 2 ** 32, Number.NaN, Number.POSITIVE_INFINITY])("refuse %d", (uid) => {
    expect(() => toUids([1, uid])).toThrow(expect.objectContaining({ code: "invalid-argument" }));
  });

  it("are cut into commands of bounded length that together say the same", () => {
    const uids = Array.from({ length: 5_000 }, (_, n) => n * 3 + 1);
    const parts = splitUidSets(uids, 200);
    expect(parts.every(({ set }) => set.length <= 200)).toBe(true);
    expect(parts.flatMap((part) => part.uids)).toEqual(uids);
    expect(parts.flatMap(({ set }) => expandUidSet(set, 1_000))).toEqual(uids);
    expect(splitUidSets([], 200)).toEqual([]);
  });

  it("of a server are never spelled out beyond what it can mean", () => {
    expect(expandUidSet("3956:3958,5", 4)).toEqual([3956, 3957, 3958, 5]);
    expect(() => expandUidSet("1:4294967295", 1_000)).toThrow(expect.objectContaining({ code: "limit" }));
    expect(parseUidRanges("20:19,7,1:4294967295,x,0,99999999999")).toEqual([
      [1, 4_294_967_295],
      [7, 7],
      [19, 20],
    ]);
  });
});
