import { expect, test } from "vitest";
import {
  formatNumberSet,
  isDescending,
  parseNumberSet,
  resolveNumberSet,
} from "../../../src/imap/syntax/number-set.js";

function resolve(text: string, largest: number): unknown {
  const set = parseNumberSet(text);
  return set === "saved" ? set : resolveNumberSet(set, largest);
}

test("ranges are ordered, merged and never expanded", () => {
  expect(resolve("5,1:3,2:4", 9)).toEqual([[1, 5]]);
  expect(resolve("7:*", 9)).toEqual([[7, 9]]);
  expect(resolve("12:*", 9)).toEqual([[9, 12]]);
  expect(resolve("*", 9)).toEqual([[9, 9]]);
  expect(resolve("1:4294967295", 9)).toEqual([[1, 4294967295]]);
  expect(resolve("$", 9)).toBe("saved");
});

test("zero, numbers above 32 bits and broken ranges are BAD", () => {
  for (const text of ["0", "1:0", "4294967296", "1:2:3", ",", "1,", ":", "a"]) {
    expect(() => parseNumberSet(text)).toThrow(expect.objectContaining({ status: "BAD" }));
  }
});

test("descending sets are recognized", () => {
  expect(["9:1", "5,3", "1:5,2"].map((text) => isDescending(parseNumberSet(text)))).toEqual([
    true,
    true,
    true,
  ]);
  expect(["1:9", "3,5:*", "$"].map((text) => isDescending(parseNumberSet(text)))).toEqual([
    false,
    false,
    false,
  ]);
});

test("numbers are written with ranges", () => {
  expect(formatNumberSet([1, 2, 3, 7, 9, 10])).toBe("1:3,7,9:10");
  expect(formatNumberSet([])).toBe("");
});
