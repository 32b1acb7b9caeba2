import { measureGrowth } from "@mailwright/suite";
import { expect, test } from "vitest";
import { toBaseSubject } from "../../../src/imap/mime/base-subject.js";

test.each([
  ["Plans", "Plans"],
  ["Re: Plans", "Plans"],
  ["RE: fwd: re[2]: Plans (fwd) (FWD)", "Plans"],
  ["[list] Re: [list] Plans", "Plans"],
  ["[Fwd: Re: Plans]", "Plans"],
  ["[list] Plans (fwd)(FWD)", "Plans"],
  ["[list] (fwd) (fwd)", "[list]"],
  ["[list] [fwd: [list] Fw: Plans (fwd)]", "Plans"],
  ["[only a blob]", "[only a blob]"],
  ["Re: ", ""],
  ["Regarding: x", "Regarding: x"],
])("%s has the base subject %s", (subject, base) => {
  expect(toBaseSubject(subject)).toBe(base);
});

test.each(["Re: ", "[a] ", "[", "(fwd) ", "[fwd: "])(
  "a subject of nothing but %s takes linear time",
  async (piece) => {
    const jobOf = (count: number) => () => toBaseSubject(piece.repeat(count));
    const { ratio, told } = await measureGrowth(jobOf, [2_000, 20_000], { bar: 3 });
    expect(ratio, told).toBeLessThan(3);
  },
);
