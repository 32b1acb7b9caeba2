import { expect, test } from "vitest";
import { ImapArguments } from "../../../src/imap/syntax/arguments.js";

test("strings come as atom, quoted or literal, and NIL is no string", () => {
  const input = new ImapArguments('a] "b \\"c\\\\" {3}\r\n NIL "nil"', [Buffer.from("d\r\n")]);
  expect(input.astring()).toBe("a]");
  input.space();
  expect(input.string()).toBe('b "c\\');
  input.space();
  expect(input.string()).toBe("d\r\n");
  input.space();
  expect(input.nstring()).toBeUndefined();
  input.space();
  expect(input.nstring()).toBe("nil");
  input.end();
});

test("quoted strings and literals are UTF-8", () => {
  const bytes = Buffer.from("Grüße");
  const input = new ImapArguments(`"${bytes.toString("latin1")}" {7}\r\n`, [bytes]);
  expect(input.string()).toBe("Grüße");
  input.space();
  expect(input.string()).toBe("Grüße");
});

test("lists may be empty and nest by their reader", () => {
  const input = new ImapArguments("() (\\Seen $Label1 \\*x)", []);
  expect(input.list(() => input.flag())).toEqual([]);
  input.space();
  expect(() => input.list(() => input.flag())).toThrow(expect.objectContaining({ status: "BAD" }));
});

test("what does not fit is BAD", () => {
  const attempts: ((input: ImapArguments) => unknown)[] = [
    (input) => input.space(),
    (input) => input.number(),
    (input) => input.numberSet(),
    (input) => input.string(),
    (input) => input.literal(),
    (input) => input.list(() => input.atom()),
    (input) => input.end(),
  ];
  for (const attempt of attempts) {
    expect(() => attempt(new ImapArguments("x", []))).toThrow(expect.objectContaining({ status: "BAD" }));
  }
  expect(() => new ImapArguments('"open', []).string()).toThrow("Broken quoted string");
  expect(() => new ImapArguments("{3}\r\n", []).string()).toThrow("Missing literal");
});
