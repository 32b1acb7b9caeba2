import { describe, expect, test } from "vitest";
import { foldText } from "../../src/header/fold-text.js";
import { foldedLines, unfolded } from "../support/random-text.js";

describe("foldText", () => {
  test.each([
    ["", ""],
    ["  around it \t", "around it"],
    ["short; a=b", "short; a=b"],
  ])("leaves %j as %j", (text, written) => {
    expect(foldText(text, 10)).toBe(written);
  });

  test("puts line ends in front of white space, and changes nothing", () => {
    const text = Array.from({ length: 60 }, (_, n) => `word${n}${n % 3 === 0 ? "  " : "\t"}x`).join(" ");
    const folded = foldText(text, 12);
    expect(unfolded(folded)).toBe(text);
    expect(foldedLines(folded, 12).every((line) => line.length <= 76 && line.trim() !== "")).toBe(true);
    expect(foldedLines(folded, 12).length).toBeGreaterThan(5);
  });

  test("leaves words whole that are too long for a line", () => {
    const long = "u".repeat(200);
    expect(foldText(`<${long}>, <${long}>`, 18)).toBe(`<${long}>,\r\n <${long}>`);
  });
});
