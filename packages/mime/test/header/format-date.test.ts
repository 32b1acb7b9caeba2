import { seededRandom } from "@mailwright/suite";
import { expect, test } from "vitest";
import { formatDate } from "../../src/header/format-date.js";
import { parseDate } from "../../src/header/parse-date.js";

const DATE = new Date("2026-11-20T09:13:07.900Z");

test.each([
  [0, "Fri, 20 Nov 2026 09:13:07 +0000"],
  [60, "Fri, 20 Nov 2026 10:13:07 +0100"],
  [-210, "Fri, 20 Nov 2026 05:43:07 -0330"],
  [900, "Sat, 21 Nov 2026 00:13:07 +1500"],
])("in a zone of %d minutes", (offset, written) => {
  expect(formatDate(DATE, offset)).toBe(written);
});

test("what is no date of a header is refused", () => {
  expect(() => formatDate(new Date(Number.NaN))).toThrow(RangeError);
  expect(() => formatDate(new Date("+012026-01-01"))).toThrow(RangeError);
  expect(() => formatDate(DATE, 6_000)).toThrow(RangeError);
  expect(() => formatDate(DATE, 0.5)).toThrow(RangeError);
});

test("any date reads back as it was, in any zone", () => {
  const random = seededRandom(7);
  for (let round = 0; round < 2_000; round++) {
    const seconds = Math.floor(random() * 250_000_000_000) - 60_000_000_000;
    const date = new Date(seconds * 1_000);
    const offset = Math.floor(random() * 1_680) - 840;
    expect(parseDate(formatDate(date, offset))?.getTime()).toBe(date.getTime());
  }
});
