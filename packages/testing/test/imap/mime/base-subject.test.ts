import { expect, test } from "vitest";
import { toBaseSubject } from "../../../src/imap/mime/base-subject.js";

test.each([
  ["Plans", "Plans"],
  ["Re: Plans", "Plans"],
  ["RE: fwd: re[2]: Plans (fwd) (FWD)", "Plans"],
  ["[list] Re: [list] Plans", "Plans"],
  ["[Fwd: Re: Plans]", "Plans"],
  ["[only a blob]", "[only a blob]"],
  ["Re: ", ""],
  ["Regarding: x", "Regarding: x"],
])("%s has the base subject %s", (subject, base) => {
  expect(toBaseSubject(subject)).toBe(base);
});

test("a subject of nothing but prefixes takes linear time", () => {
  const start = performance.now();
  for (const piece of ["Re: ", "[a] ", "[", "(fwd) ", "[fwd: "]) toBaseSubject(piece.repeat(2000));
  expect(performance.now() - start).toBeLessThan(2000);
});
