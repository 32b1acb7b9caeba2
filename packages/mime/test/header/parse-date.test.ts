import { seededRandom } from "@mailwright/suite";
import { expect, test } from "vitest";
import { parseDate } from "../../src/header/parse-date.js";

test.each([
  ["Fri, 20 Nov 2026 10:13:00 +0100", "2026-11-20T09:13:00.000Z"],
  ["20 Nov 2026 10:13 -0330", "2026-11-20T13:43:00.000Z"],
  ["Fri, 20 Nov 2026 10:13:00 GMT", "2026-11-20T10:13:00.000Z"],
  ["Fri, 20 Nov 2026 10:13:00 EST (comment (nested))", "2026-11-20T15:13:00.000Z"],
  ["Fri, 20 Nov 26 10:13:00 +0000", "2026-11-20T10:13:00.000Z"],
  ["20 Nov 98 10:13:00 PDT", "1998-11-20T17:13:00.000Z"],
  ["Fri Nov 20 10:13:00 2026", "2026-11-20T10:13:00.000Z"],
  ["Fri Nov 20 10:13:00 CET 2026", "2026-11-20T09:13:00.000Z"],
  ["20-Nov-2026 10:13:00 +0000", "2026-11-20T10:13:00.000Z"],
  ["Friday, November 20, 2026 10:13:00", "2026-11-20T10:13:00.000Z"],
  ["Fri, 20 Nov 2026 10.13.05 +0000", "2026-11-20T10:13:05.000Z"],
  ["Fri,20 Nov 2026 10:13:60 +0000", "2026-11-20T10:13:59.000Z"],
  ["2026-11-20T10:13:00+01:00", "2026-11-20T09:13:00.000Z"],
  ["2026-11-20 10:13:00", "2026-11-20T10:13:00.000Z"],
  ["Fri, 20 Nov 2026 10:13:00 +01:00", "2026-11-20T09:13:00.000Z"],
])("%s is %s", (text, expected) => {
  expect(parseDate(text)?.toISOString()).toBe(expected);
});

test.each(["", "yesterday", "32 Nov 2026 10:00:00", "20 Nov", "20 Nov 2026 25:00:00 +0000", "1 2 3 4", "()"])(
  "%j is no date",
  (text) => {
    expect(parseDate(text)).toBeUndefined();
  },
);

test("dates as nearly all mail has them are read as others are", () => {
  const random = seededRandom(7);
  const one = (...values: readonly string[]): string => values[Math.floor(random() * values.length)] ?? "";
  for (let count = 0; count < 5_000; count++) {
    const day = one("Fri, ", "Fri,", "Fri,  ", "", "fri, ") + one("1", "09", "20", "31", "0", "32");
    const time = `${one("00", "23", "24", "25")}:${one("00", "59", "60")}${one("", ":00", ":60", ":62")}`;
    const zone =
      one("+", "-") + one("0000", "0030", "0330", "1200", "0099", "9959") + one("", " (CEST)", " (a b)");
    const raw = `${one("", " ")}${day} ${one("Jan", "nov", "DEC", "Foo")} ${one("2026", "0026", "1998")} ${time} ${zone}`;
    // The one with two spaces in front goes another way through the code.
    expect(parseDate(raw), raw).toEqual(parseDate(`  ${raw}`));
  }
});
