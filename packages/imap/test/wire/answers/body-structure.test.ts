import { describe, expect, it } from "vitest";
import {
  type BodyPart,
  parseBodyStructure,
  parseParameters,
} from "../../../src/wire/answers/body-structure.js";
import { listOf, type WireNode } from "../../../src/wire/wire-node.js";
import { readResponse } from "../../support/read-responses.js";

const text = (value: string): WireNode => ({ type: "STRING", value });

describe("structures", () => {
  it("give the leaves with their paths", () => {
    const leaf = (type: string, subtype: string): WireNode => [
      text(type),
      text(subtype),
      null,
      null,
      null,
      text("7bit"),
      text("5"),
      text("1"),
    ];
    const alternative = [leaf("text", "plain"), leaf("text", "html"), text("alternative")];
    const parts = parseBodyStructure([alternative, leaf("image", "png"), text("mixed")]);
    expect(parts.map(({ path, contentType }) => [path, contentType])).toEqual([
      ["1.1", "text/plain"],
      ["1.2", "text/html"],
      ["2", "image/png"],
    ]);
    expect(parseBodyStructure(leaf("text", "plain"))[0]?.path).toBe("1");
    for (const broken of [null, undefined, [], [[]], [text("text")], text("x")])
      expect(parseBodyStructure(broken).length).toBeLessThan(2);
  });

  it("that nest without end do not overflow the stack", () => {
    let node: WireNode = [text("text"), text("plain")];
    for (let depth = 0; depth < 100_000; depth++) node = [node, text("mixed")];
    expect(parseBodyStructure(node)).toEqual([]);
  });

  it("name no charset where the server told the default, so that HTML may tell its own", () => {
    const part = (charset: string): WireNode => [
      text("text"),
      text("html"),
      ["charset", charset, "format", "fixed"].map(text),
    ];
    const [first] = parseBodyStructure(part("US-ASCII"));
    expect(first?.parameters).toEqual(new Map([["format", "fixed"]]));
    expect(parseBodyStructure(part("cp850"))[0]?.parameters.get("charset")).toBe("cp850");
  });

  it("have parameters whatever their values hold", () => {
    const list = [
      "filename",
      'a "b" C:c; d=e (f).pdf',
      "x y",
      "z",
      "na=me",
      "z",
      "name",
      "Gr\u00fc\u00dfe",
    ].map(text);
    expect([...parseParameters(list)]).toEqual([
      ["filename", 'a "b" C:c; d=e (f).pdf'],
      ["name", "Grüße"],
    ]);
    const raw: WireNode = { type: "LITERAL", value: Buffer.from("Gr\xfc\xdfe", "latin1") };
    expect(parseParameters([text("name"), raw]).get("name")).toBe("Grüße");
  });

  it.each([
    ['"<a@b>"', "a@b"],
    ['"a@b"', "a@b"],
    ['""', undefined],
    ["NIL", undefined],
  ])("have a Content-ID without brackets, or none: %s", (told, contentId) => {
    expect(partsOf(`("IMAGE" "GIF" NIL ${told} NIL "BASE64" 8)`)).toMatchObject([{ contentId }]);
  });

  it("have parameters after RFC 2231", () => {
    const list = ["filename*0*", "utf-8''%C3%9Cber", "filename*1", "sicht.pdf", "name", "x"].map(text);
    expect(parseParameters(list).get("filename")).toBe("Übersicht.pdf");
    expect(parseParameters([text("name*"), text("iso-8859-1'de'%FC")]).get("name")).toBe("ü");
  });

  it.each([
    ['(("TEXT" "PLAIN" NIL NIL NIL "7BIT" 5 1)("RELATED" NIL ("ATTACHMENT" NIL) NIL) "MIXED")', ["1"]],
    ['(("ALTERNATIVE" ("BOUNDARY" "x") NIL NIL)("TEXT" "PLAIN" NIL NIL NIL "7BIT" 5 1) "MIXED")', ["2"]],
    ['("MIXED" ("BOUNDARY" "x") NIL NIL)', []],
  ])("have no part where a multipart is empty (Gmail): %s", (structure, paths) => {
    expect(partsOf(structure).map(({ path }) => path)).toEqual(paths);
  });

  it.each<[string, string, boolean[]]>([
    ["the first of several, whatever its name", '(NAMED NAMED "MIXED")', [true, false]],
    ["those without a name", '(PLAIN PLAIN "MIXED")', [true, true]],
    ["the root of related ones alone", '(PLAIN PLAIN "RELATED")', [true, false]],
    ["the only one", "NAMED", [true]],
  ])("say which texts are shown and no files: %s", (_what, pattern, shown) => {
    const structure = pattern
      .replaceAll("NAMED", '("TEXT" "HTML" ("NAME" "a.txt") NIL NIL "7BIT" 5 1)')
      .replaceAll("PLAIN", '("TEXT" "HTML" NIL NIL NIL "7BIT" 5 1)');
    expect(partsOf(structure).map(({ isInline }) => isInline)).toEqual(shown);
  });

  it.each([
    '("TEXT" "" ("CHARSET" "UTF-8") NIL NIL "BASE64" 12 1)',
    '("TEXT" NIL ("CHARSET" "UTF-8") NIL NIL "BASE64" 12 1)',
    '("TEXT" ("CHARSET" "UTF-8") NIL NIL "BASE64" 12 1)',
  ])("have the encoding of a part whose subtype is empty or left out: %s", (structure) => {
    expect(partsOf(structure)).toMatchObject([
      { contentType: "text/plain", transferEncoding: "base64", encodedBytes: 12 },
    ]);
    expect(partsOf(structure)[0]?.parameters.get("charset")).toBe("UTF-8");
  });
});

function partsOf(structure: string): BodyPart[] {
  return parseBodyStructure(
    listOf(readResponse(`* 1 FETCH (BODYSTRUCTURE ${structure})`).attributes?.[1])[1],
  );
}
