import { expect, test } from "vitest";
import { BoundarySearch } from "../../src/structure/boundary-search.js";

const BOUNDARIES = Array.from(
  { length: 100 },
  (_, level) => `${String.fromCharCode(0x41 + (level % 26))}${level}`,
);

/** Steps that a search takes for a message of nothing but one line, which is no boundary. */
function stepsFor(line: string): number {
  const search = new BoundarySearch(Buffer.from(`${line}\n`.repeat(100_000)));
  for (const boundary of BOUNDARIES) search.push(boundary);
  let steps = 0;
  const found = search.next(0, (more) => {
    steps += more;
    return false;
  });
  expect(found).toBeUndefined();
  return steps;
}

test("a message of one line that looks like a boundary to the hash costs no more than any other", () => {
  // With 200 of 4096 hashes taken, some of these lines meet one for certain.
  const steps = Array.from({ length: 300 }, (_, n) =>
    stepsFor(`--${String.fromCharCode(0x41 + (n % 26))}x${n}`),
  );
  expect(Math.max(...steps)).toBeLessThan(50_000);
});

test("a boundary among lines that look alike is found", () => {
  const bytes = Buffer.from(`${"--Ax\n".repeat(50_000)}--A0\n${"--Ax\n".repeat(10)}`);
  const search = new BoundarySearch(bytes);
  for (const boundary of BOUNDARIES) search.push(boundary);
  expect(search.next(0, () => false)).toMatchObject({ start: 250_000, level: 0, isClosing: false });
});
