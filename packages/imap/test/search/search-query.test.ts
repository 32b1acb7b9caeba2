import { describe, expect, it } from "vitest";
import { compileSearch } from "../../src/search/compile-search.js";
import type { SearchQuery } from "../../src/search/search-query.js";
import { parseSearchText } from "../../src/search/search-text.js";
import type { WireArgument } from "../../src/wire/wire-argument.js";

/** As it would look on the wire, literals as `{text}`. */
function show(criteria: readonly WireArgument[]): string {
  return criteria
    .map((node) => {
      if (node === null) return "NIL";
      if (!("type" in node)) return `(${show(node)})`;
      if (node.type === "STRING") return JSON.stringify(node.value);
      return node.type === "LITERAL" ? `{${node.value.toString()}}` : node.value;
    })
    .join(" ");
}

describe("search queries", () => {
  it.each<[SearchQuery, string]>([
    [{}, "ALL"],
    [{ seen: false, flagged: true }, "FLAGGED UNSEEN"],
    [{ from: 'a "b"', subject: "Grüße" }, 'FROM "a \\"b\\"" SUBJECT {Grüße}'],
    [{ since: new Date("2026-01-09T23:00:00Z"), larger: 10 }, "SINCE 9-Jan-2026 LARGER 10"],
    [{ header: { "X-A": "b", "X-B": "" } }, 'HEADER "X-A" "b" HEADER "X-B" ""'],
    [{ uids: [3, 1, 2] }, "UID 1:3"],
    [{ uids: [] }, "NOT ALL"],
    [{ not: { seen: true, to: "x" } }, 'NOT (SEEN TO "x")'],
    [{ not: { seen: true } }, "NOT SEEN"],
    [{ not: { not: { seen: true, to: "x" } } }, '(SEEN TO "x")'],
    [{ not: { not: { not: { seen: true } } } }, "NOT SEEN"],
    [{ not: { or: [{ to: "x" }, { not: { larger: 7 } }] } }, 'NOT OR TO "x" NOT LARGER 7'],
    [{ or: [{ seen: true }, { draft: true }, { to: "x" }] }, 'OR OR SEEN DRAFT TO "x"'],
    [{ or: [{ seen: true, draft: true }, { to: "x" }] }, 'OR (DRAFT SEEN) TO "x"'],
    [
      { keyword: "$Junk", modseq: 7n, gmailRaw: "has:attachment" },
      'KEYWORD $Junk MODSEQ 7 X-GM-RAW "has:attachment"',
    ],
  ])("%o is %s", (query, text) => {
    expect(show(compileSearch(query))).toBe(text);
  });

  it.each<SearchQuery>([
    { subject: "a\r\nb" },
    { from: "a\0" },
    { keyword: "a b" },
    { keyword: "a)" },
    { larger: -1 },
    { larger: 2 ** 32 },
    { since: new Date("never") },
    { header: { "a: b": "c" } },
    { uids: [0] },
    { or: [] },
    { emailId: "x\r\nA1 DELETE INBOX" },
  ])("%o is refused before anything is sent", (query) => {
    expect(() => compileSearch(query)).toThrow(expect.objectContaining({ code: "invalid-argument" }));
  });

  it.each([
    [{ unseen: true }, "did you mean seen: false?"],
    [{ unread: true }, "did you mean seen: false?"],
    [{ olderThan: 30 }, "did you mean before (a date) or older (seconds)?"],
    [{ form: "ada" }, "did you mean query.from?"],
    [{ or: [{ seen: true }, { unread: true }] }, "did you mean seen: false?"],
    [{ from: undefined }, "asks for nothing"],
    [{ not: { subject: undefined } }, "asks for nothing"],
    [{ and: [] }, "asks for nothing"],
    [{ header: {} }, "asks for nothing"],
    [{ from: null }, "from must be a string"],
    [{ seen: "no" }, "seen must be true or false"],
    [{ since: "2020-01-01" }, "since must be a Date"],
    [{ uids: "1:*" }, "uids must be UIDs"],
    [{ header: { "X-A": undefined } }, "header must be strings"],
    [null, "must be an object"],
    [[], "must be an object"],
  ])("%o, which only JavaScript can write, finds no messages but an error", (query, words) => {
    expect(() => Reflect.apply(compileSearch, undefined, [query])).toThrow(
      expect.objectContaining({ code: "invalid-argument", message: expect.stringContaining(words) }),
    );
  });

  it("takes a criterion that is undefined beside others for one that was not given", () => {
    expect(show(compileSearch({ seen: false, from: undefined }))).toBe("UNSEEN");
  });

  it.each([
    ["unseen from ada", 'UNSEEN FROM "ada"'],
    ['SUBJECT "a \\"b\\"" SINCE 1-Jan-2026', 'SUBJECT "a \\"b\\"" SINCE 1-Jan-2026'],
    ['OR (SEEN TO x) NOT TEXT "ü"', 'OR (SEEN TO "x") NOT TEXT {ü}'],
    ["UID 1:5,9,10:* LARGER 7", "UID 1:5,9,10:* LARGER 7"],
    ["((SEEN) (DRAFT))", "(ALL (SEEN) (DRAFT))"],
  ])("the text %s is %s", (text, wire) => {
    expect(show(parseSearchText(text))).toBe(wire);
  });

  it.each([
    "",
    "FROM",
    "NOSUCHKEY x",
    "UNSEEN\r\nA2 DELETE INBOX",
    "(SEEN",
    "SEEN)",
    "()",
    'FROM "a',
    "SUBJECT {5}",
    "UID 1;2",
    "LARGER x",
    "SINCE yesterday",
    "KEYWORD a(b",
    "OR SEEN",
    "constructor",
  ])("the text %j is refused", (text) => {
    expect(() => parseSearchText(text)).toThrow(expect.objectContaining({ code: "invalid-argument" }));
  });

  it("neither form can be nested without end", () => {
    expect(() => parseSearchText(`${"(".repeat(5_000)}SEEN${")".repeat(5_000)}`)).toThrow(/too deeply/);
    let query: SearchQuery = { seen: true };
    for (let depth = 0; depth < 5_000; depth++) query = { not: query };
    expect(() => compileSearch(query)).toThrow(/too deeply/);
  });
});
