import { expect, test } from "vitest";
import { parseSearch } from "../../../src/store/search/parse-search.js";
import { toSearchText } from "../../../src/store/search/search-text.js";

test.each([
  ["Größere ÄNDERUNGEN", "großere anderungen"],
  ["ada@example.test", "ada example test"],
  ["会議の議事録", "会議 議の の議 議事 事録"],
  ["山 hello 田中", "山 hello 田中"],
  ["회의실 예약", "회의 의실 예약"],
  ["ｆｕｌｌ　ｗｉｄｔｈ ①", "full width 1"],
  ["", ""],
])("%j is compared as %j", (text, compared) => {
  expect(toSearchText(text)).toBe(compared);
});

test("a search is read as it was typed, and what it does not know is a word", () => {
  const query = parseSearch(
    'from:ada "two words" -not subject:x nonsense:y is:unread before:2026-05-01 http://a',
  );
  expect(query.filters).toEqual({ from: "ada", isUnread: true, before: new Date("2026-05-01") });
  expect(query.words.map(({ text, field, isExcluded }) => [text, field, isExcluded])).toEqual([
    ["ada", "people", false],
    ["two words", "any", false],
    ["not", "any", true],
    ["x", "subject", false],
    ["nonsense:y", "any", false],
    ["http://a", "any", false],
  ]);
});
