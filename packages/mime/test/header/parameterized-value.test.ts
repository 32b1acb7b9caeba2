import { collectGarbage } from "@mailwright/suite";
import { expect, test } from "vitest";
import { parseParameterizedValue } from "../../src/header/parameterized-value.js";

const parse = (raw: string): unknown => {
  const { value, parameters } = parseParameterizedValue(raw);
  return [value, Object.fromEntries(parameters)];
};

test.each<[string, unknown]>([
  ["text/plain", ["text/plain", {}]],
  ['Text/HTML; Charset="UTF-8"', ["text/html", { charset: "UTF-8" }]],
  ["text/plain; charset=us-ascii (Plain text)", ["text/plain", { charset: "us-ascii" }]],
  ["(comment) text/plain", ["", {}]],
  ['multipart/mixed boundary="b"', ["multipart/mixed", { boundary: "b" }]],
  ['multipart/mixed; boundary="a;b=\\"c\\""; x=y', ["multipart/mixed", { boundary: 'a;b="c"', x: "y" }]],
  ["attachment; filename=my file.pdf", ["attachment", { filename: "my file.pdf" }]],
  ['attachment; filename="C:\\dir\\a.pdf"', ["attachment", { filename: "C:\\dir\\a.pdf" }]],
  ['; filename="a.pdf"', ["", { filename: "a.pdf" }]],
  ["attachment; filename*=utf-8'en'%C3%A4.pdf", ["attachment", { filename: "ä.pdf" }]],
  ["attachment; filename*=iso-8859-1''%E4.pdf; filename=plain.pdf", ["attachment", { filename: "ä.pdf" }]],
  ["attachment; filename*1=b; filename*0=a", ["attachment", { filename: "ab" }]],
  [
    "attachment; filename*0*=utf-8''%C3; filename*1*=%A4; filename*2=.pdf",
    ["attachment", { filename: "ä.pdf" }],
  ],
  ['attachment; filename="=?utf-8?q?=C3=A4?=.pdf"', ["attachment", { filename: "ä.pdf" }]],
  ["a/b; __proto__=x; constructor=y", ["a/b", { ["__proto__"]: "x", constructor: "y" }]],
  ["a/b; x=1; x=2", ["a/b", { x: "1" }]],
  ['a/b; x="open', ["a/b", { x: "open" }]],
  ["", ["", {}]],
])("%j is read as it is meant", (raw, expected) => {
  expect(parse(raw)).toEqual(expected);
});

test("a field that is asked for again is read the same, whatever became of what was read before", () => {
  const field = 'text/plain; charset="utf-8"; name="=?utf-8?q?=C3=A4?="';
  const { parameters } = parseParameterizedValue(field);
  if (parameters instanceof Map) parameters.clear();
  expect(parse(field)).toEqual(["text/plain", { charset: "utf-8", name: "ä" }]);
});

test("of a header whose field was read, nothing else is kept", () => {
  const HEADER_BYTES = 1_000_000;
  const HEADERS = 100;
  const readOne = (number: number): void => {
    const field = `text/plain; charset=utf-8; name="number ${number}"`;
    // As a header has it: a piece of a longer string.
    const header = Buffer.from(`${field}${"x".repeat(HEADER_BYTES)}`).toString("latin1");
    expect(parse(header.slice(0, field.length))).toMatchObject(["text/plain", { name: `number ${number}` }]);
  };
  const heldBytes = (): number => {
    collectGarbage();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  readOne(0);
  const before = heldBytes();
  for (let number = 1; number <= HEADERS; number++) readOne(number);
  expect(heldBytes() - before).toBeLessThan((HEADERS * HEADER_BYTES) / 4);
});
