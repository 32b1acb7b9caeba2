import { expect, test } from "vitest";
import { chipsOf, withChip, withoutChip } from "../../src/web/mail/search-query.js";

test("the parts of a search that stand for themselves are chips, the words are not", () => {
  const query =
    'minutes from:ada -is:unread subject:"the pool" has:attachment "two words" http://example.test';
  expect(chipsOf(query)).toEqual([
    { text: "from:ada", label: "From: ada" },
    { text: "-is:unread", label: "Not Unread" },
    { text: 'subject:"the pool"', label: "Subject: the pool" },
    { text: "has:attachment", label: "Has attachment" },
  ]);
});

test("a chip is taken out without touching what is like it", () => {
  expect(withoutChip('a from:ada "from:ada" b', "from:ada")).toBe('a "from:ada" b');
  expect(withoutChip("a b", "is:unread")).toBe("a b");
});

test("a chip is added behind what is there", () => {
  expect(withChip("  minutes ", "is:unread")).toBe("minutes is:unread");
  expect(withChip("", "is:unread")).toBe("is:unread");
});
