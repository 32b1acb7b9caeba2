import { describe, expect, test } from "vitest";
import { endLastLine, hasUtf8Header, stuffDots, takeTop, toPop3Lines } from "../../src/pop3/message-lines.js";

const text = (bytes: Buffer): string => bytes.toString("latin1");

test.each([
  [".", ".."],
  [".first\r\n", "..first\r\n"],
  ["a\r\n.\r\n.\r\n..\r\n", "a\r\n..\r\n..\r\n...\r\n"],
  ["a.\r\nb.c\r\n", "a.\r\nb.c\r\n"],
  ["a\r.\n.b\r\n", "a\r.\n.b\r\n"],
  ["", ""],
])("dots at the start of a line are doubled: %j", (lines, stuffed) => {
  expect(text(stuffDots(Buffer.from(lines)))).toBe(stuffed);
});

test("undoing the stuffing gives every text of dots, CRs, LFs and letters back", () => {
  for (let seed = 0; seed < 4 ** 7; seed++) {
    const lines = Array.from({ length: 7 }, (_, place) => ".\r\na"[Math.floor(seed / 4 ** place) % 4]).join(
      "",
    );
    const stuffed = text(stuffDots(Buffer.from(lines)));
    expect(stuffed.replace(/(^|\r\n)\./g, "$1")).toBe(lines);
    expect(`\r\n${stuffed}`).not.toContain("\r\n.\r\n");
  }
});

describe("line ends", () => {
  test.each([
    ["a\nb\n", "a\r\nb\r\n"],
    ["a\r\nb\n\n", "a\r\nb\r\n\r\n"],
    ["a\rb\r\n", "a\rb\r\n"],
    ["\n", "\r\n"],
  ])("bare line feeds become CRLF: %j", (raw, lines) => {
    expect(text(toPop3Lines(Buffer.from(raw)))).toBe(lines);
  });

  test("a message that is right already is served as the store holds it", () => {
    const raw = Buffer.from("Subject: x\r\n\r\n\xff\r\n", "latin1");
    expect(toPop3Lines(raw)).toBe(raw);
    expect(endLastLine(raw)).toBe(raw);
    expect(text(endLastLine(Buffer.from("x")))).toBe("x\r\n");
    expect(text(endLastLine(Buffer.from("x\r")))).toBe("x\r\r\n");
  });
});

test.each([
  [0, "A: b\r\n\r\n"],
  [1, "A: b\r\n\r\n1\r\n"],
  [2, "A: b\r\n\r\n1\r\n\r\n"],
  [9, "A: b\r\n\r\n1\r\n\r\n3\r\n"],
])("TOP with %i lines", (count, expected) => {
  const lines = Buffer.from("A: b\r\n\r\n1\r\n\r\n3\r\n");
  expect(text(takeTop(lines, count))).toBe(expected);
  expect(text(takeTop(Buffer.from("A: b\r\n"), count))).toBe("A: b\r\n");
});

test("8-bit bytes count in the header only", () => {
  expect(hasUtf8Header(Buffer.from("Subject: é\r\n\r\nx"))).toBe(true);
  expect(hasUtf8Header(Buffer.from("Subject: e\r\n\r\né"))).toBe(false);
});
