import { expect, test } from "vitest";
import { parseMessage } from "../../src/parse-message.js";

const headersOf = (source: string): Record<string, string> =>
  Object.fromEntries(
    [...parseMessage(Buffer.from(source, "latin1")).headers].map(({ name, value }) => [name, value]),
  );

test("folded fields are joined, whatever the line ends", () => {
  for (const lineEnd of ["\r\n", "\n", "\r"])
    expect(headersOf(["A: one", " two", "\tthree", "B:", " four", "", "body"].join(lineEnd))).toEqual({
      A: "one two\tthree",
      B: "four",
    });
});

test("lines of any length end where they do", () => {
  for (const length of [500, 508, 509, 510, 511, 512, 513, 2_000])
    expect(headersOf(`A: ${"x".repeat(length)}\r\nB: 1\r\n\r\nC: 2\r\n`)).toEqual({
      A: "x".repeat(length),
      B: "1",
    });
});

test("white space around a value goes, bytes of characters stay", () => {
  expect(headersOf("A: \t voil\xc3\xa0 \t\nB: \x1b$BF|\x1b(B\n\n")).toEqual({ A: "voilà", B: "日" });
});

test("space before the colon is tolerated, what is no field is left out", () => {
  expect(headersOf("From me Fri Nov 20\nA : 1\n>From x\nno field\n: nothing\nB:2\n\n")).toEqual({
    A: "1",
    B: "2",
  });
});

test("a field that is last in the bytes is read", () => {
  expect(headersOf("A: 1\nB: 2")).toEqual({ A: "1", B: "2" });
});

test("a lone CR in a value is white space", () => {
  expect(parseMessage("From: a@b.c\nSubject: a\rBcc: x@y.z\n\n").subject).toBe("a Bcc: x@y.z");
});
