import { isMailError } from "@mailwright/core";
import { measureGrowth } from "@mailwright/suite";
import { describe, expect, it } from "vitest";
import { ResponseReader } from "../../src/wire/response-reader.js";
import { readResponses } from "../support/read-responses.js";

const limits = { maxLineBytes: 2_000, maxLiteralBytes: 10_000 };

/** Endless pieces, and how many bytes of them were taken before the reader refused. */
function refusedAfter(head: string, body: string, size = 1): { code: string; bytes: number } {
  const reader = new ResponseReader(limits, { response: () => {} });
  const piece = Buffer.from(body.repeat(size));
  let bytes = 0;
  try {
    reader.push(Buffer.from(head));
    for (; bytes < 10_000_000; bytes += piece.length) reader.push(piece);
  } catch (error) {
    if (!isMailError(error)) throw error;
    return { code: error.code, bytes };
  }
  return { code: "none", bytes };
}

describe("the reader of responses refuses", () => {
  it.each([
    ["a line without end", "* 1 FETCH (", "x", 2_000],
    ["a line without end in large pieces", "* OK ", "x".repeat(700), 2_000],
    ["literals without end", "* 1 FETCH (", "A {9}\r\n123456789 ", 50_000],
    ["empty literals without end", "* 1 FETCH (", "{0}\r\n ", 45_000 * 3],
  ])("%s", (_what, head, body, most) => {
    const refused = refusedAfter(head, body);
    expect(refused.code).toBe("limit");
    expect(refused.bytes).toBeLessThanOrEqual(most);
  });

  it.each([
    ["a literal as it is announced", "* 1 FETCH (BODY[] {10001}\r\n"],
    ["one of a size that no number holds", "* 1 FETCH (BODY[] {999999999999999}\r\n"],
    ["lists within lists without end", `* THREAD ${"(".repeat(1_500)}\r\n`],
    ["a response of many literals", `* 1 FETCH (${"{10000}\r\n".padEnd(10_009, "x").repeat(5)}`],
  ])("%s", (_what, text) => {
    expect(() => readResponses([Buffer.from(text)], { limits })).toThrow(
      expect.objectContaining({ code: "limit", connectionBroken: true }),
    );
  });

  it("more words than a response may have", () => {
    const wide = { maxLineBytes: 2_000_000, maxLiteralBytes: 1 };
    const text = `* X ${"()".repeat(600_000)}\r\n`;
    expect(() => readResponses([Buffer.from(text)], { limits: wide })).toThrow(
      expect.objectContaining({ code: "limit" }),
    );
  });

  it("more octets than were asked for, in one literal or in several", () => {
    const reader = new ResponseReader(limits, { response: () => {} });
    reader.allow(100);
    reader.push(Buffer.from(`* 1 FETCH (A {60}\r\n${"x".repeat(60)} B {40}\r\n${"x".repeat(40)})\r\n`));
    expect(() => reader.push(Buffer.from("* 1 FETCH (A {1}\r\n"))).toThrow(
      expect.objectContaining({ code: "limit" }),
    );
  });
});

describe("the reader of responses", () => {
  it("makes no room for what was announced and has not come", () => {
    const before = process.memoryUsage().arrayBuffers;
    const wide = { maxLineBytes: 1_000, maxLiteralBytes: 64 * 1024 * 1024 };
    const readers = Array.from({ length: 100 }, () => new ResponseReader(wide, { response: () => {} }));
    for (const reader of readers) reader.push(Buffer.from("* 1 FETCH (BODY[] {60000000}\r\nabc"));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10_000_000);
    expect(readers.every((reader) => !reader.isBetween)).toBe(true);
  });

  it("hands back what comes behind the response in which it is stopped", () => {
    const seen: unknown[] = [];
    const reader = new ResponseReader(limits, {
      response: ({ tag }) => {
        seen.push(tag);
        if (tag === "a1") reader.stop();
      },
    });
    expect(reader.push(Buffer.from("* 1 EXISTS\r\na1 OK\r\nx\x9c\n", "latin1"))?.toString("latin1")).toBe(
      "x\x9c\n",
    );
    expect(reader.push(Buffer.from("* BYE\r\n"))).toBeUndefined();
    expect(seen).toEqual(["*", "a1", "*"]);
  });

  const shapes: readonly (readonly [string, (size: number) => string])[] = [
    ["brackets", (size) => `* X ${"[".repeat(size)}`],
    ["quotes", (size) => `* X ${'"'.repeat(size)}`],
    ["backslashes", (size) => `* LIST () "${"\\".repeat(size)}`],
    ["blanks", (size) => `* LIST ()${" ".repeat(size)}x`],
    ["parentheses", (size) => `* LIST ${"(".repeat(900)}${"x ".repeat(size)}`],
    ["sections", (size) => `* X ${"BODY[] ".repeat(size)}`],
    ["lists of items", (size) => `* 1 FETCH ${"(a b)".repeat(size)}`],
    ["a code that does not end", (size) => `* OK [${"a [".repeat(size)}`],
    ["a status with many names", (size) => `* STATUS ${"a (".repeat(size)}`],
    ["digits", (size) => `* SEARCH ${"9".repeat(size)}`],
  ];
  it.each(shapes)("takes time in proportion to %s", async (_what, textOf) => {
    const wide = { maxLineBytes: 10_000_000, maxLiteralBytes: 1 };
    const jobOf = (size: number) => {
      const bytes = Buffer.from(`${textOf(size)}\r\n`);
      return () => readTolerantly(bytes, wide);
    };
    const { ratio, told } = await measureGrowth(jobOf, [3_000, 30_000], { bar: 3 });
    expect(ratio, told).toBeLessThan(3);
  });
});

function readTolerantly(bytes: Buffer, wide: typeof limits): void {
  try {
    readResponses([bytes], { limits: wide });
  } catch (error) {
    if (!isMailError(error)) throw error;
  }
}
