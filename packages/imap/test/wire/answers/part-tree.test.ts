import { describe, expect, it } from "vitest";
import { findLeaf, type PartTree, parsePartTree } from "../../../src/wire/answers/part-tree.js";
import { listOf, type WireNode } from "../../../src/wire/wire-node.js";
import { outline } from "../../support/outline.js";
import { readResponse } from "../../support/read-responses.js";

const PLAIN = '("TEXT" "PLAIN" NIL NIL NIL "7BIT" 5 1)';
const GIF = '("IMAGE" "GIF" NIL NIL NIL "BASE64" 8)';
const ENVELOPE =
  '("Fri, 20 Nov 2026 10:00:00 +0000" "=?utf-8?q?Gr=C3=BC=C3=9Fe?=" (("Ada" NIL "ada" "example.test")) NIL NIL NIL NIL NIL NIL "<in@example.test>")';

const message = (structure: string, envelope = ENVELOPE): string =>
  `("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 400 ${envelope} ${structure} 12 NIL ("ATTACHMENT" ("FILENAME" "a.eml")) NIL NIL)`;

describe("the tree of a message", () => {
  it("has every section of the example in RFC 9051 §6.4.5", () => {
    const inner = `(${PLAIN}${GIF} "MIXED")`;
    const deep = `(${PLAIN}(${PLAIN}("TEXT" "RICHTEXT" NIL NIL NIL "7BIT" 5 1) "ALTERNATIVE") "MIXED")`;
    const example = `(${PLAIN}${GIF}${message(inner)}(${GIF}${message(deep)} "MIXED") "MIXED")`;
    expect(outline(treeOf(example).root)).toEqual([
      " multipart/mixed",
      "1 text/plain",
      "2 image/gif",
      "3 message/rfc822",
      "3.TEXT multipart/mixed",
      "3.1 text/plain",
      "3.2 image/gif",
      "4 multipart/mixed",
      "4.1 image/gif",
      "4.2 message/rfc822",
      "4.2.TEXT multipart/mixed",
      "4.2.1 text/plain",
      "4.2.2 multipart/alternative",
      "4.2.2.1 text/plain",
      "4.2.2.2 text/richtext",
    ]);
    expect(treeOf(example).isCut).toBe(false);
    const paths = outline(treeOf(example).root).map((line) => line.split(" ")[0] ?? "");
    expect(paths.filter((path) => findLeaf(nodeOf(example), path) === undefined)).toEqual([
      ...["", "3.TEXT", "4", "4.2.TEXT", "4.2.2"],
    ]);
  });

  it("numbers what is the only part of its message", () => {
    expect(outline(treeOf(PLAIN).root)).toEqual(["1 text/plain"]);
    expect(outline(treeOf(message(message(PLAIN))).root)).toEqual([
      ...["1 message/rfc822", "1.1 message/rfc822", "1.1.1 text/plain"],
    ]);
  });

  it("tells of containers what the server tells", () => {
    const mixed = `(${PLAIN} "Report" ("BOUNDARY" "b;c" "REPORT-TYPE" "delivery-status") ("INLINE" ("FILENAME" "all")) "en" NIL)`;
    const { root } = treeOf(mixed);
    expect(root).toEqual({
      path: "",
      contentType: "multipart/report",
      parameters: new Map([
        ["boundary", "b;c"],
        ["report-type", "delivery-status"],
      ]),
      transferEncoding: "",
      disposition: "inline",
      filename: "all",
      contentId: undefined,
      encodedBytes: undefined,
      children: [expect.objectContaining({ path: "1", encodedBytes: 5, transferEncoding: "7bit" })],
      message: undefined,
    });
  });

  it("tells of an attached message its envelope, and goes through JSON", () => {
    const tree = treeOf(`(${message(PLAIN)} "MIXED")`);
    expect(JSON.parse(JSON.stringify(tree.root))).toMatchObject({
      contentType: "multipart/mixed",
      children: [
        {
          disposition: "attachment",
          filename: "a.eml",
          encodedBytes: 400,
          parameters: {},
          message: {
            subject: "Grüße",
            from: [{ name: "Ada", address: "ada@example.test" }],
            messageId: "<in@example.test>",
            structure: { path: "1.1", contentType: "text/plain" },
          },
        },
      ],
    });
  });

  it.each([
    ["no parts (Gmail)", `(${PLAIN}("RELATED" NIL ("ATTACHMENT" NIL) NIL) "MIXED")`, ["2 multipart/related"]],
    ["no subtype", `(${PLAIN} NIL)`, [" multipart/mixed"]],
    [
      "an attached message that is told as a file",
      `("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 4)`,
      ["1 message/rfc822"],
    ],
    [
      "an attached message without an envelope",
      message(PLAIN, "NIL"),
      ["1 message/rfc822", "1.1 text/plain"],
    ],
    [
      "an attached message in EAI",
      message(PLAIN).replace("RFC822", "GLOBAL"),
      ["1 message/global", "1.1 text/plain"],
    ],
    ["nothing in it", "()", ["1 application/octet-stream"]],
    ["a part with nothing in it", `(()${PLAIN} "MIXED")`, ["1 application/octet-stream", "2 text/plain"]],
    ["text between its parts", `(${PLAIN} "MIXED" ${GIF})`, [" multipart/mixed", "1 text/plain"]],
  ])("is there where a structure has %s", (_what, structure, expected) => {
    expect(outline(treeOf(structure).root)).toEqual(expect.arrayContaining(expected));
  });

  it("is none for what is no list", () => {
    for (const node of [undefined, null, { type: "STRING", value: "x" }] as const)
      expect(parsePartTree(node)).toBeUndefined();
    expect(findLeaf(null, "1")).toBeUndefined();
  });
});

describe("a structure without end", () => {
  const text = (value: string): WireNode => ({ type: "STRING", value });
  const leaf = listOf(nodeOf(PLAIN));
  const containers: readonly (readonly [string, (node: WireNode) => WireNode])[] = [
    ["multiparts", (node) => [node, text("mixed")]],
    [
      "messages",
      (node) => [
        text("message"),
        text("rfc822"),
        null,
        null,
        null,
        text("7bit"),
        text("9"),
        null,
        node,
        text("1"),
      ],
    ],
  ];

  it.each(containers)("of %s in each other ends at the limit, and says so", (_what, wrap) => {
    const nested = (depth: number): WireNode => {
      let node: WireNode = leaf;
      for (let level = 0; level < depth; level++) node = wrap(node);
      return node;
    };
    for (const [depth, isCut, parts] of [
      [100, false, 101],
      [101, true, 101],
      [100_000, true, 101],
    ] as const) {
      const tree = parsePartTree(nested(depth));
      expect(tree?.isCut).toBe(isCut);
      expect(tree && outline(tree.root)).toHaveLength(parts);
    }
  });

  it("of parts ends at the limit, and says so", () => {
    const many = (count: number): WireNode => [...Array<WireNode>(count).fill(leaf), text("mixed")];
    for (const [count, isCut] of [
      [9_999, false],
      [10_000, true],
      [200_000, true],
    ] as const) {
      const tree = parsePartTree(many(count));
      expect([tree?.isCut, tree?.root.children.length]).toEqual([isCut, 9_999]);
    }
    const both: WireNode = [many(9_000), many(9_000), text("mixed")];
    expect(parsePartTree(both)?.root.children.map(({ children }) => children.length)).toEqual([9_000, 997]);
  });
});

function nodeOf(structure: string): WireNode | undefined {
  return listOf(readResponse(`* 1 FETCH (BODYSTRUCTURE ${structure})`).attributes?.[1])[1];
}

function treeOf(structure: string): PartTree {
  const tree = parsePartTree(nodeOf(structure));
  if (tree === undefined) throw new Error(`There is no tree in ${structure}`);
  return tree;
}
