import { measureGrowth } from "@mailwright/suite";
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

test.each([`"<,`, `"\\`, `<,`, `<a`])(
  "a long text of nothing but %j takes no longer than its length",
  async (unit) => {
    const jobOf = (times: number) => {
      const text = unit.repeat(times);
      return () => parsePeople(text);
    };
    const { ratio, told } = await measureGrowth(jobOf, [1_000, 16_000], { bar: 4, runs: 3 });
    expect(ratio, told).toBeLessThan(4);
    expect(jobOf(16_000)().length).toBeGreaterThan(0);
  },
);
