import { describe, expect, test } from "vitest";
import {
  ListingError,
  parseListing,
  parseSizeLine,
  parseStat,
  parseUidlLine,
} from "../../src/wire/parse-listing.js";

const text = (...lines: string[]): Buffer =>
  Buffer.from(lines.map((line) => `${line}\r\n`).join(""), "latin1");

describe("parseStat", () => {
  test.each([
    ["0 0", { count: 0, sizeBytes: 0 }],
    ["2 320", { count: 2, sizeBytes: 320 }],
    ["2  320 octets", { count: 2, sizeBytes: 320 }],
  ])("reads %j", (line, expected) => {
    expect(parseStat(line)).toEqual(expected);
  });

  test.each([
    "",
    "two 320",
    "-1 5",
    "2",
    "1e3 5",
    "0x2 5",
    "2 99999999999999999999",
    "2,320",
    "2 320octets",
    "٢ ٣",
  ])("refuses %j", (line) => {
    expect(() => parseStat(line)).toThrow(ListingError);
  });
});

describe("parseSizeLine", () => {
  test("reads number and size, and leaves what servers add", () => {
    expect(parseSizeLine("7 1200 seen")).toEqual({ number: 7, sizeBytes: 1200 });
  });

  test.each(["0 5", "-1 5", "1", "1 x", "1 -5", " 1 5"])("refuses %j", (line) => {
    expect(() => parseSizeLine(line)).toThrow(ListingError);
  });
});

describe("parseUidlLine", () => {
  test.each(["!", "~", "x".repeat(70), "x".repeat(1024), "a:b/c[d]"])("takes %s", (uidl) => {
    expect(parseUidlLine(`3 ${uidl}`)).toEqual({ number: 3, uidl });
  });

  test.each([
    ["none", "3 "],
    ["1025 characters", `3 ${"x".repeat(1025)}`],
    ["a blank inside", "3 a b"],
    ["a control character", "3 a\x07"],
    ["an 8-bit character", "3 a\xe9"],
    ["DEL", "3 a\x7f"],
    ["no number", "x y"],
    ["number 0", "0 abc"],
  ])("refuses a UIDL with %s", (_what, line) => {
    expect(() => parseUidlLine(line)).toThrow(ListingError);
  });
});

describe("parseListing", () => {
  test("reads every line", () => {
    expect(parseListing(text("1 10", "3 30"), parseSizeLine, 10)).toEqual([
      { number: 1, sizeBytes: 10 },
      { number: 3, sizeBytes: 30 },
    ]);
    expect(parseListing(text(), parseSizeLine, 10)).toEqual([]);
  });

  test("refuses a number that comes twice, an empty line, and more lines than allowed", () => {
    expect(() => parseListing(text("1 10", "1 20"), parseSizeLine, 10)).toThrow(/twice/);
    expect(() => parseListing(text("1 10", "", "2 20"), parseSizeLine, 10)).toThrow(ListingError);
    expect(() => parseListing(text("1 1", "2 2", "3 3"), parseSizeLine, 2)).toThrow(/3 messages/);
  });

  test("shows only the beginning of a line at fault", () => {
    expect(() => parseSizeLine("x".repeat(10_000))).toThrow(
      expect.objectContaining({ message: expect.stringMatching(/^.{0,150}$/) }),
    );
  });
});
