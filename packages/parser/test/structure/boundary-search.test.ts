import { expect, test } from "vitest";
import { BoundarySearch } from "../../src/structure/boundary-search.js";

const PIECES = [
  "\n",
  "\n--b",
  "\n--b--",
  "--b",
  "-",
  "--\n",
  "\n--c",
  "x",
  "\n--b \t\r",
  "\n--bb-- ",
  "\n-",
  "bb",
  "\n--bb",
  " ",
];

function behind(line: string, boundary: string): string {
  return line.slice(boundary.length + 2);
}

/** Line by line, as the standard has it. */
function findBoundary(text: string, boundaries: readonly string[]): string | undefined {
  let start = 0;
  for (const line of text.split("\n")) {
    const trimmed = line.replace(/[\0- ]+$/, "");
    const level = boundaries.findLastIndex((boundary) => `--${boundary}` === trimmed);
    if (level >= 0) return `${start} ${level} false`;
    const closed = boundaries.findLastIndex((boundary) => `--${boundary}--` === trimmed);
    if (closed >= 0) return `${start} ${closed} true`;
    const [longest] = boundaries
      .filter(
        (boundary) => trimmed.startsWith(`--${boundary}`) && /^(?:--)?[\0- ]/.test(behind(trimmed, boundary)),
      )
      .sort((one, other) => other.length - one.length);
    if (longest !== undefined)
      return `${start} ${boundaries.lastIndexOf(longest)} ${behind(trimmed, longest).startsWith("--")} and text`;
    start += line.length + 1;
  }
  return undefined;
}

test.each(["", "-a\n".repeat(40), "--bx\n".repeat(40), `--b${"x".repeat(600)}\n`.repeat(3)])(
  "the next boundary is found wherever it stands, after %#",
  (before) => {
    const boundaries = ["b", "c", "bb", "b"];
    let state = 1;
    for (let count = 0; count < 20_000; count++) {
      let text = before;
      for (let piece = 0; piece < 6; piece++) {
        state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
        text += PIECES[(state >>> 16) % PIECES.length];
      }
      const search = new BoundarySearch(Buffer.from(text, "latin1"));
      for (const boundary of boundaries) search.push(boundary);
      const found = search.next(0, () => false);
      const remark = found?.hasText === true ? " and text" : "";
      const actual = found && `${found.start} ${found.level} ${found.isClosing}${remark}`;
      const expected = findBoundary(text, boundaries);
      if (actual !== expected) expect(actual, JSON.stringify(text.slice(before.length))).toBe(expected);
    }
  },
);

test("a boundary that was closed is no longer found", () => {
  const search = new BoundarySearch(Buffer.from("--b\n--bc\n"));
  search.push("b");
  expect(search.match(0)).toEqual({ start: 0, next: 4, level: 0, isClosing: false, hasText: false });
  search.push("bc");
  search.pop();
  expect(search.match(4)).toBeUndefined();
  search.pop();
  expect(search.match(0)).toBeUndefined();
});

test("searches that go on by turns find the boundaries of their own messages", () => {
  const between = "-a\n".repeat(400);
  const readers = ["one", "other"].map((boundary) => {
    const text = `${between}--${boundary}\n`.repeat(3);
    const search = new BoundarySearch(Buffer.from(text));
    search.push(boundary);
    return { search, length: text.length / 3, from: 0 };
  });
  for (let part = 0; part < 3; part++) {
    for (const reader of readers) {
      const found = reader.search.next(reader.from, () => false);
      expect(found?.start).toBe(part * reader.length + between.length);
      reader.from = found?.next ?? 0;
    }
  }
});
