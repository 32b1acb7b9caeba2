import { measureGrowth } from "@mailwright/suite";
import { expect, test } from "vitest";
import { type MimePart, parseMime } from "../../../src/imap/mime/mime.js";
import { parseParameterized } from "../../../src/imap/mime/mime-parameters.js";

function outline(source: Buffer, part: MimePart = parseMime(source)): unknown {
  const label = `${part.type}/${part.subtype}`;
  if (part.message) return [label, outline(source, part.message)];
  if (part.children.length > 0) return [label, ...part.children.map((child) => outline(source, child))];
  return `${label} ${JSON.stringify(source.toString("latin1", part.header.bodyStart, part.end))}`;
}

function parse(text: string): unknown {
  return outline(Buffer.from(text.replaceAll("\n", "\r\n"), "latin1"));
}

test("parts lie between boundary lines, without the line end before them", () => {
  expect(
    parse(
      "Content-Type: multipart/mixed; boundary=b\n\npre\n--b\n\none\n--b  \nContent-Type: text/html\n\ntwo\n\n--b--\npost\n",
    ),
  ).toEqual(["multipart/mixed", 'text/plain "one"', 'text/html "two\\r\\n"']);
});

test("a boundary that begins a longer one does not end its part", () => {
  expect(
    parse(
      "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/related; boundary=b.REL\n\n--b.REL\n\nin\n--b.REL--\n\n--b\n\nout\n--b--\n",
    ),
  ).toEqual(["multipart/mixed", ["multipart/related", 'text/plain "in"'], 'text/plain "out"']);
});

test("an inner multipart that is never closed ends with the outer part", () => {
  expect(
    parse(
      "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\nx\n--a\n\ny\n--a--\n",
    ),
  ).toEqual(["multipart/mixed", ["multipart/mixed", 'text/plain "x"'], 'text/plain "y"']);
});

test("parts of a digest are messages unless they say otherwise", () => {
  expect(parse("Content-Type: multipart/digest; boundary=d\n\n--d\n\nSubject: s\n\nt\n--d--\n")).toEqual([
    "multipart/digest",
    ["message/rfc822", 'text/plain "t"'],
  ]);
});

test("parameters keep their case and order, lose comments and quotes, and join continuations", () => {
  expect(
    parseParameterized('Text/Plain (c); CharSet="a\\"b" (x); name*0=one; name*1="two (not a comment)"'),
  ).toEqual({
    value: "Text/Plain",
    parameters: [
      ["CharSet", 'a"b'],
      ["name", "onetwo (not a comment)"],
    ],
  });
  expect(parseParameterized("attachment; filename*0*=utf-8''%e2; filename*1*=%82%ac").parameters).toEqual([
    ["filename*", "utf-8''%e2%82%ac"],
  ]);
});

test.each<[string, (count: number) => string]>([
  [
    "nested parts",
    (count) =>
      Array.from(
        { length: count / 25 },
        (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\n\n--b${i}\n`,
      ).join(""),
  ],
  ["empty parts", (count) => `Content-Type: multipart/mixed; boundary=b\n\n${"--b\n".repeat(count)}`],
  ["open comments", (count) => `Content-Type: ${'"('.repeat(count)}\n\n`],
  ["parameters without an end", (count) => `Content-Type: ${";a=".repeat(count)}\n\n`],
])("%s take linear time, and nesting is bounded", async (_what, generate) => {
  const jobOf = (count: number) => {
    const text = generate(count);
    return () => parse(text);
  };
  const { ratio, told } = await measureGrowth(jobOf, [5_000, 50_000], { bar: 3 });
  expect(ratio, told).toBeLessThan(3);
});
