import { expect, test } from "vitest";
import { isPlausible, parsePeople } from "../../../src/web/compose/parse-people.js";

test.each([
  ["bob@x.test", [["", "bob@x.test"]]],
  [
    "bob@x.test, carol@x.test;dan@x.test\neve@x.test",
    ["bob", "carol", "dan", "eve"].map((name) => ["", `${name}@x.test`]),
  ],
  [
    '"Builder, Bob" <bob@x.test>, Carol <carol@x.test>',
    [
      ["Builder, Bob", "bob@x.test"],
      ["Carol", "carol@x.test"],
    ],
  ],
  ['"A \\"B\\"" <ab@x.test>', [['A "B"', "ab@x.test"]]],
  ["mailto:bob@x.test", [["", "bob@x.test"]]],
  ["bob, , ", [["", "bob"]]],
  ["Bob <bob@x.test", [["", "Bob <bob@x.test"]]],
  ['"', [["", '"']]],
  ["", []],
])("%j is read as people", (text, people) => {
  expect(parsePeople(text).map(({ name, address }) => [name, address])).toEqual(people);
});

test("what is certainly no address is told at once", () => {
  expect(["bob@x.test", "bob@localhost", "b.o+b@x.test", "büro@bücher.test"].every(isPlausible)).toBe(true);
  expect(["bob", "bob@", "@x", "a b@x.test", "Bob <bob@x.test", "a@b@c"].some(isPlausible)).toBe(false);
});

test("a long text of commas and brackets takes no longer than its length", () => {
  const long = `${'"<,'.repeat(20_000)}`;
  expect(parsePeople(long).length).toBeGreaterThan(0);
});
