import { expect, it } from "vitest";
import { FiguresSeen } from "../../src/watch/figures-seen.js";

const figures = { uidValidity: 1, uidNext: 5, totalCount: 4, highestModseq: 9n, mailboxId: undefined };

it("takes figures that are not what is known for news once", () => {
  const seen = new FiguresSeen();
  expect(seen.isNews("INBOX", figures, undefined)).toBe(true);
  expect(seen.isNews("INBOX", figures, undefined)).toBe(false);
  expect(seen.isNews("INBOX", { ...figures, uidNext: 6 }, undefined)).toBe(true);
  expect(seen.isNews("Archive", figures, undefined)).toBe(true);
});

it("forgets names before a server that never says one twice fills the memory", () => {
  const seen = new FiguresSeen();
  expect(seen.isNews("INBOX", figures, undefined)).toBe(true);
  for (let folder = 0; folder < 10_000; folder++) seen.isNews(`folder ${folder}`, figures, undefined);
  expect(seen.isNews("INBOX", figures, undefined)).toBe(true);
});
