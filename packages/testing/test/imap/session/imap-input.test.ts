import { measureGrowth } from "@mailwright/suite";
import { expect, test } from "vitest";
import { ImapInput } from "../../../src/imap/session/imap-input.js";

const limits = { maxLineBytes: 200, maxLiteralBytes: 100, takesNonSynchronizing: true };

/** Everything that comes out when the bytes arrive in these chunks, a continuation counting as granted. */
function readAll(chunks: readonly Buffer[]): unknown[] {
  const input = new ImapInput(limits);
  const events: unknown[] = [];
  for (const chunk of chunks) {
    input.push(chunk);
    for (let event = input.take(); event; event = input.take()) {
      events.push(event.kind === "command" ? [event.text, ...event.literals.map(String)] : event.kind);
    }
  }
  return events;
}

const stream = Buffer.from(
  'a NOOP\r\nb LOGIN {3}\r\nada {5+}\r\nse\r\nt\r\nc LOGIN {0}\r\n ""\r\nd bare LF\ne APPEND x {4+}\r\n\r\n\0\xff\r\n',
  "latin1",
);
const expected = [
  ["a NOOP"],
  "continue",
  ["b LOGIN {3}\r\n {5+}\r\n", "ada", "se\r\nt"],
  "continue",
  ['c LOGIN {0}\r\n ""', ""],
  ["d bare LF"],
  ["e APPEND x {4+}\r\n", Buffer.from("\r\n\0\xff", "latin1").toString()],
];

test("commands with literals are read whole", () => {
  expect(readAll([stream])).toEqual(expected);
});

test("commands are read the same when split at any position", () => {
  for (let at = 0; at <= stream.length; at += 1) {
    expect(readAll([stream.subarray(0, at), stream.subarray(at)])).toEqual(expected);
  }
});

test("commands are read the same one byte at a time", () => {
  expect(readAll([...stream].map((byte) => Buffer.from([byte])))).toEqual(expected);
});

test("literal bytes are copies that later input does not change", () => {
  const input = new ImapInput(limits);
  input.push(Buffer.from("a X {3+}\r\nabc\r\n"));
  const command = input.take();
  input.push(Buffer.from("b ZZZZZZZZZZZZZZZZZZZZ\r\n"));
  input.take();
  expect(command).toMatchObject({ literals: [Buffer.from("abc")] });
});

test("what follows a literal of megabytes is read right", () => {
  const input = new ImapInput({ ...limits, maxLiteralBytes: 10_000_000 });
  const literal = Buffer.alloc(5_000_000, "x");
  for (const [begun, rest] of [
    ["", "b NOOP\r\n"],
    ["b NO", "OP\r\n"],
    ["b NOOP\r", "\n"],
  ] as const) {
    input.push(Buffer.concat([Buffer.from("a X {5000000+}\r\n"), literal, Buffer.from(`\r\n${begun}`)]));
    const command = input.take();
    expect(command?.kind === "command" && command.literals[0]?.equals(literal)).toBe(true);
    input.push(Buffer.from(rest));
    expect(input.take()).toMatchObject({ text: "b NOOP" });
    expect(input.take()).toBeUndefined();
  }
});

test("a literal over the limit is refused before it is sent, and ends the connection when it is under way", () => {
  const input = new ImapInput(limits);
  input.push(Buffer.from("a APPEND x {101}\r\n"));
  expect(input.take()).toMatchObject({ kind: "too-large", isAvoidable: true });
  input.abandonCommand();
  input.push(Buffer.from("b NOOP\r\nc APPEND x {99999999+}\r\n"));
  expect(input.take()).toMatchObject({ kind: "command", text: "b NOOP" });
  expect(input.take()).toMatchObject({ kind: "too-large", isAvoidable: false });
});

test("many literals together count against the limit", () => {
  const input = new ImapInput(limits);
  input.push(Buffer.from(`a X {60+}\r\n${"x".repeat(60)} {60+}\r\n`));
  expect(input.take()).toMatchObject({ kind: "too-large" });
});

test("a line without end is given up at the limit", () => {
  const input = new ImapInput(limits);
  input.push(Buffer.from("a ".padEnd(201, "x")));
  expect(input.take()).toMatchObject({ kind: "too-large", isAvoidable: false });
});

test("a literal that comes byte by byte takes linear time", async () => {
  const jobOf = (bytes: number) => () => {
    const input = new ImapInput({ maxLineBytes: 100, maxLiteralBytes: bytes, takesNonSynchronizing: true });
    input.push(Buffer.from(`a X {${bytes}+}\r\n`));
    for (let index = 0; index < bytes; index += 1) {
      input.push(Buffer.of(120));
      input.take();
    }
  };
  const { ratio, told } = await measureGrowth(jobOf, [20_000, 200_000], { bar: 3 });
  expect(ratio, told).toBeLessThan(3);
});

test("without LITERAL+ a plus makes it no literal", () => {
  const input = new ImapInput({ ...limits, takesNonSynchronizing: false });
  input.push(Buffer.from("a X {3+}\r\nabc\r\n"));
  expect(input.take()).toMatchObject({ kind: "command", text: "a X {3+}", literals: [] });
  expect(input.take()).toMatchObject({ kind: "command", text: "abc" });
});
