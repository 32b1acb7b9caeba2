import { seededRandom } from "@mailwright/suite";
import { expect, it } from "vitest";
import { readWord } from "../../src/wire/known-words.js";

function read(text: string, start = 0, end = text.length): ReturnType<typeof readWord> {
  return readWord("ATOM", Buffer.from(text, "latin1"), text, start, end);
}

it("words come out as they are, whatever others have their place", () => {
  const random = seededRandom(20261122);
  const wrong: string[] = [];
  for (let count = 0; count < 50_000; count++) {
    const length = Math.floor(random() * 28);
    let word = "";
    while (word.length < length) word += "abA1-"[Math.floor(random() * 5)] ?? "";
    const type = random() < 0.5 ? "ATOM" : "STRING";
    const line = `(${word})`;
    const found = readWord(type, Buffer.from(line, "latin1"), line, 1, 1 + length);
    if (found.value !== word || found.type !== type) wrong.push(`${word}: ${found.type} ${found.value}`);
  }
  expect(wrong).toEqual([]);
});

it("a short word that was said before is not made again, and one that will not be said again is not kept", () => {
  expect(read("BODYSTRUCTURE")).toBe(read("(BODYSTRUCTURE ", 1, 14));
  expect(read("4711")).not.toBe(read("4711"));
  const long = `${"x".repeat(30)}@example.org`;
  expect(read(long)).not.toBe(read(long));
});
