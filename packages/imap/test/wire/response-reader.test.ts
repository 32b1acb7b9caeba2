import { describe, expect, it } from "vitest";
import { bytesOf, responseCode, responseText, textOf, type WireResponse } from "../../src/wire/wire-node.js";
import { oddResponses } from "../behaviour/odd-responses.js";
import { corpusResponses, hasCorpus } from "../support/corpus-responses.js";
import { plain, readResponse, readResponses } from "../support/read-responses.js";

const attributesOf = (text: string): unknown => plain(readResponse(text).attributes);
const itemsOf = (text: string): unknown => (attributesOf(text) as unknown[])[1];

describe("a response", () => {
  it("is read into its tag, its name and its words", () => {
    const response = readResponse(
      '* 12 FETCH (UID 7 FLAGS (\\Seen $Junk) X "a \\"b\\" \\\\c" Y NIL Z "NIL")',
    );
    expect(response).toMatchObject({ tag: "*", command: "12" });
    const items = ["UID", "7", "FLAGS", ["\\Seen", "$Junk"], "X", 'a "b" \\c', "Y", null, "Z", "NIL"];
    expect(plain(response.attributes)).toEqual(["FETCH", items]);
  });

  it("keeps what stands in brackets, and where a window begins", () => {
    expect(
      itemsOf(
        '* 1 FETCH (BODY[1.2]<0> "x" BODY[HEADER.FIELDS ("To" From)] {2}\r\nab BINARY[1]<5.10> ~{1}\r\nc)',
      ),
    ).toEqual([
      { name: "BODY", section: ["1.2"], partial: [0] },
      "x",
      { name: "BODY", section: ["HEADER.FIELDS", ["To", "From"]] },
      "ab",
      { name: "BINARY", section: ["1"], partial: [5, 10] },
      "c",
    ]);
    expect(itemsOf("* 1 FETCH (FLAGS (a[b] [c) UID 4)")).toEqual(["FLAGS", ["a[b]", "[c"], "UID", "4"]);
  });

  it("keeps the octets as they came", () => {
    const [, items] = readResponse('* 1 FETCH (A "Gr\xfc\xdfe" B {3}\r\n\xff\0\n C \xe9)').attributes ?? [];
    const values = (items as never[]).map((node) => bytesOf(node)?.toString("latin1"));
    expect(values).toEqual(["A", "Gr\xfc\xdfe", "B", "\xff\0\n", "C", "\xe9"]);
  });

  it("has the numbers of a search", () => {
    expect(readResponse("* SEARCH 2 84 4294967296 x 0 9x 882 (MODSEQ 917162500)").numbers).toEqual([
      2, 84, 0, 882,
    ]);
    expect(readResponse("* SEARCH").numbers).toEqual([]);
    expect(readResponse(`* SORT 5 ${"9".repeat(400)} 3 `).numbers).toEqual([5, 3]);
  });

  it("has a code and a text, whatever the text looks like", () => {
    const read = (text: string): unknown[] => {
      const response = readResponse(text);
      const code = responseCode(response);
      return [response.command, code?.name, plain(code?.values), responseText(response)];
    };
    expect(read("a1 OK [COPYUID 38505 304,319:320 3956:3958] Done")).toEqual([
      "OK",
      "COPYUID",
      ["38505", "304,319:320", "3956:3958"],
      "Done",
    ]);
    expect(read('* NO [X (y [z]) "]" w[1]] it is {5}')).toEqual([
      "NO",
      "X",
      [["y", "[z]"], "]", "w[1]"],
      "it is {5}",
    ]);
    expect(read("* OK [unclosed (a")).toEqual(["OK", undefined, null, "[unclosed (a"]);
    expect(read("* BYE Sch\xc3\xb6n war's")).toEqual(["BYE", undefined, null, "Schön war's"]);
    expect(read("a2 BAD")).toEqual(["BAD", undefined, null, ""]);
    expect(read("* ok [alert] low")).toEqual(["ok", "ALERT", [], "low"]);
  });

  it("may ask for more", () => {
    expect(plain(readResponse("+ dGVzdA==").attributes)).toEqual(["dGVzdA=="]);
    expect(plain(readResponse("+ [x] idling {3}").attributes)).toEqual(["[x] idling {3}"]);
    expect(readResponse("+")).toMatchObject({ tag: "+", attributes: [] });
  });
});

describe("what servers make of the syntax", () => {
  it("is read: names of mailboxes without quotes", () => {
    expect(attributesOf('* LIST (\\HasNoChildren) "/" Sent Items')).toEqual([
      ["\\HasNoChildren"],
      "/",
      "Sent Items",
    ]);
    expect(attributesOf("* LSUB () NIL a (b)")).toEqual([[], null, "a (b)"]);
    expect(attributesOf('* LIST () "/" a b ("CHILDINFO" ("SUBSCRIBED"))')).toEqual([
      [],
      "/",
      "a b",
      ["CHILDINFO", ["SUBSCRIBED"]],
    ]);
    expect(attributesOf('* LIST () "/" "R&D"')).toEqual([[], "/", "R&D"]);
    expect(attributesOf('* LIST () "/" {3}\r\na b')).toEqual([[], "/", "a b"]);
    expect(attributesOf('* LIST () "/" "a\tb"')).toEqual([[], "/", "a\tb"]);
    expect(attributesOf("* STATUS Sent Items (old) (MESSAGES 5)")).toEqual([
      "Sent Items (old)",
      ["MESSAGES", "5"],
    ]);
    expect(attributesOf('* STATUS "a b" (MESSAGES 5)')).toEqual(["a b", ["MESSAGES", "5"]]);
    const [, , name] = readResponse('* LIST () "/" Entw\xc3\xbcrfe neu').attributes ?? [];
    expect(textOf(name)).toBe("Entwürfe neu");
  });

  it("is read: NIL and nothing apart", () => {
    expect(itemsOf('* 1 FETCH (A NIL B {0}\r\n C "" D nil)')).toEqual([
      "A",
      null,
      "B",
      "",
      "C",
      "",
      "D",
      null,
    ]);
  });

  it("is read: items outside of the parentheses", () => {
    const whole = ["UID", "1", "ENVELOPE", [null], "BODYSTRUCTURE", ["text", "plain"]];
    expect(itemsOf('* 1 FETCH (UID 1 ENVELOPE (NIL)) BODYSTRUCTURE ("text" "plain")')).toEqual(whole);
    expect(itemsOf('* 1 FETCH UID 1 (ENVELOPE (NIL)) BODYSTRUCTURE ("text" "plain")')).toEqual(whole);
    expect(itemsOf('* 1 FETCH (UID 1) (ENVELOPE (NIL) BODYSTRUCTURE ("text" "plain"))')).toEqual(whole);
  });

  it("is read: an item between parentheses of its own (Domino)", () => {
    const whole = ["UID", "1", "ENVELOPE", [null], "BODYSTRUCTURE", ["text", "plain"]];
    expect(itemsOf('* 1 FETCH (UID 1 (ENVELOPE (NIL)) BODYSTRUCTURE ("text" "plain"))')).toEqual(whole);
    expect(itemsOf('* 1 FETCH ((UID 1 ENVELOPE (NIL)) BODYSTRUCTURE ("text" "plain"))')).toEqual(whole);
  });

  it("is read: parentheses that are missing or stray", () => {
    expect(itemsOf("* 1 FETCH (UID 1 FLAGS (\\Seen")).toEqual(["UID", "1", "FLAGS", ["\\Seen"]]);
    expect(itemsOf("* 1 FETCH (UID 1 FLAGS ()))) ")).toEqual(["UID", "1", "FLAGS", []]);
    expect(attributesOf("* THREAD (2)(3 6 (4 23)(44 7 96))")).toEqual([
      ["2"],
      ["3", "6", ["4", "23"], ["44", "7", "96"]],
    ]);
  });

  it("is read: quotes and backslashes that nothing escapes", () => {
    expect(itemsOf('* 1 FETCH (A "say "hi"" B "a"b" C "x""y" D "C:\\temp")')).toEqual([
      "A",
      'say "hi"',
      "B",
      'a"b',
      "C",
      "x",
      "y",
      "D",
      "C:\\temp",
    ]);
    expect(itemsOf('* 1 FETCH (A "never closed B 1)')).toEqual(["A", "never closed B 1)"]);
  });

  it("is read: NUL before a line, empty lines, LF alone", () => {
    const found = readResponses([Buffer.from("\0\0* OK hi\r\n\r\n\n* 3 EXISTS\na1 OK\n")]);
    expect(found.map(({ tag, command }) => `${tag} ${command}`)).toEqual(["* OK", "* 3", "a1 OK"]);
  });
});

describe("every response", () => {
  const fixtures: Buffer[] = oddResponses.map((text) => Buffer.from(`${text}\r\n`, "latin1"));
  if (hasCorpus) fixtures.push(...corpusResponses());
  else console.log("SKIPPED the responses of the corpus: ../shared/corpora/imap-responses is not there");

  it("comes out the same, split at any byte", () => {
    for (const bytes of fixtures) {
      const whole = readResponses([bytes]);
      for (let at = 1; at < bytes.length; at++) {
        const split = readResponses([bytes.subarray(0, at), bytes.subarray(at)]);
        if (!isSame(split, whole)) expect(split, `split at ${at}`).toEqual(whole);
      }
      expect(readResponses(pieces(bytes))).toEqual(whole);
    }
  });

  it("comes out the same behind another one", () => {
    const all = readResponses([Buffer.concat(fixtures)]);
    expect(all).toEqual(fixtures.flatMap((bytes) => readResponses([bytes])));
  });
});

describe("a literal", () => {
  it("can be taken as it comes", () => {
    const taken: string[] = [];
    const places: unknown[] = [];
    const bytes = Buffer.from("* 5 FETCH (UID 9 BODY[] {10}\r\n0123456789 FLAGS () BODY[1] {2}\r\nab)\r\n");
    const responses = readResponses(pieces(bytes), {
      literal: (sizeBytes, { number, name, siblings }) => {
        places.push([sizeBytes, number, name, plain(siblings)]);
        return sizeBytes < 5 ? undefined : (piece) => taken.push(Buffer.from(piece).toString());
      },
    });
    const section = { name: "BODY", section: [] };
    expect(places).toEqual([
      [10, "5", "FETCH", ["UID", "9", section]],
      [2, "5", "FETCH", ["UID", "9", section, undefined, "FLAGS", [], { name: "BODY", section: ["1"] }]],
    ]);
    expect(taken.join("")).toBe("0123456789");
    const [, items] = responses[0]?.attributes ?? [];
    expect((items as unknown[])[3]).toEqual({ type: "STREAMED", value: undefined, sizeBytes: 10 });
    expect(plain((items as unknown[])[7])).toBe("ab");
  });

  it("that is taken as it comes may be of any size", () => {
    let bytes = 0;
    const chunk = Buffer.alloc(64 * 1024);
    const limits = { maxLineBytes: 100, maxLiteralBytes: 100 };
    const stream = function* (): Generator<Buffer> {
      yield Buffer.from(`* 1 FETCH (BODY[] {${chunk.length * 1_000}}\r\n`);
      for (let count = 0; count < 1_000; count++) yield chunk;
      yield Buffer.from(")\r\n");
    };
    const literal = () => (piece: Uint8Array) => {
      bytes += piece.length;
    };
    expect(readResponses(stream(), { limits, literal })).toHaveLength(1);
    expect(bytes).toBe(chunk.length * 1_000);
  });
});

function* pieces(bytes: Buffer): Generator<Buffer> {
  for (const byte of bytes) yield Buffer.from([byte]);
}

function isSame(left: readonly WireResponse[], right: readonly WireResponse[]): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
