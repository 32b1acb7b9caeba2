import { measureGrowth } from "@mailwright/suite";
import { describe, expect, test } from "vitest";
import { toCrlfBytes, toCrlfText } from "../../src/text/crlf.js";

const convert = (text: string): string => toCrlfBytes(Buffer.from(text, "latin1")).toString("latin1");

describe("toCrlfBytes", () => {
  test.each([
    ["", ""],
    ["a", "a"],
    ["a\r\n", "a\r\n"],
    ["a\nb\n", "a\r\nb\r\n"],
    ["a\rb\r", "a\r\nb\r\n"],
    ["a\r\r\nb", "a\r\n\r\nb"],
    ["a\n\rb\r\n", "a\r\n\r\nb\r\n"],
    ["\n.\n", "\r\n.\r\n"],
    ["\r.\r", "\r\n.\r\n"],
  ])("turns %j into %j", (text, expected) => {
    expect(convert(text)).toBe(expected);
  });

  test("agrees with the definition for every short text of CR, LF and a letter", () => {
    for (let n = 0; n < 3 ** 7; n++) {
      const text = n.toString(3).replaceAll("0", "x").replaceAll("1", "\r").replaceAll("2", "\n");
      const expected = text.replace(/\r\n|\r|\n/g, "\r\n");
      expect(convert(text)).toBe(expected);
      expect(toCrlfText(text)).toBe(expected);
    }
  });

  test.each(["x\n", "x\r", "x\r\n", "\n", "\r"])(
    "takes time in proportion to the size, with lines of %j",
    async (line) => {
      const jobOf = (count: number): (() => Buffer) => {
        const bytes = Buffer.from(line.repeat(count));
        return () => toCrlfBytes(bytes);
      };
      const { ratio, told } = await measureGrowth(jobOf, [40_000, 400_000], { bar: 3 });
      expect(ratio, told).toBeLessThan(3);
    },
  );
});
