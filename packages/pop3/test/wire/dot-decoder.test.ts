import { describe, expect, test } from "vitest";
import { DotDecoder } from "../../src/wire/dot-decoder.js";

function decode(chunks: readonly Buffer[]): { content: string; rest: string; isComplete: boolean } {
  const decoder = new DotDecoder();
  const pieces: Buffer[] = [];
  for (const [index, chunk] of chunks.entries()) {
    const end = decoder.push(chunk, 0, (content) => pieces.push(Buffer.from(content)));
    if (end < 0) continue;
    const rest = Buffer.concat([chunk.subarray(end), ...chunks.slice(index + 1)]);
    return {
      content: Buffer.concat(pieces).toString("latin1"),
      rest: rest.toString("latin1"),
      isComplete: true,
    };
  }
  return { content: Buffer.concat(pieces).toString("latin1"), rest: "", isComplete: false };
}

const CASES: readonly (readonly [what: string, wire: string, content: string])[] = [
  ["an empty body", ".\r\n", ""],
  ["one line", "a\r\n.\r\n", "a\r\n"],
  ["a line of one dot", "..\r\n.\r\n", ".\r\n"],
  ["dots at line starts", "..a\r\n...\r\nb..\r\n.\r\n", ".a\r\n..\r\nb..\r\n"],
  ["an empty line before the end", "a\r\n\r\n.\r\n", "a\r\n\r\n"],
  ["LF . LF inside", "a\n.\nb\r\n.\r\n", "a\n.\nb\r\n"],
  ["CRLF . LF inside, which a lax server would take for the end", "a\r\n.\nb\r\n.\r\n", "a\r\n\nb\r\n"],
  ["CR . CR inside", "a\r.\rb\r\n.\r\n", "a\r.\rb\r\n"],
  ["a stuffed dot before a bare CR", "..\rb\r\n.\r\n", ".\rb\r\n"],
  ["a dot and CR CR LF", ".\r\r\nb\r\n.\r\n", "\r\r\nb\r\n"],
  ["CR CR LF before the end", "a\r\r\n.\r\n", "a\r\r\n"],
  ["an unstuffed dot line of a careless server", ".a\r\n.\r\n", "a\r\n"],
  ["8-bit bytes and NUL", "\xff\x00\xe9\r\n.\r\n", "\xff\x00\xe9\r\n"],
  ["a dot, CR, dot", ".\r.\r\n.\r\n", "\r.\r\n"],
];

describe("DotDecoder", () => {
  test.each(CASES)("%s comes out the same whole, cut anywhere, and byte by byte", (_what, wire, content) => {
    const bytes = Buffer.from(`${wire}+OK next`, "latin1");
    const expected = { content, rest: "+OK next", isComplete: true };
    expect(decode([bytes])).toEqual(expected);
    for (let at = 1; at < bytes.length; at++) {
      expect(decode([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(expected);
      for (let then = at + 1; then < bytes.length; then++) {
        expect(decode([bytes.subarray(0, at), bytes.subarray(at, then), bytes.subarray(then)])).toEqual(
          expected,
        );
      }
    }
    expect(decode([...bytes].map((byte) => Buffer.of(byte)))).toEqual(expected);
  });

  test.each(CASES)("%s is not complete before its last byte", (_what, wire) => {
    const bytes = Buffer.from(wire, "latin1");
    for (let at = 0; at < bytes.length; at++) expect(decode([bytes.subarray(0, at)]).isComplete).toBe(false);
  });

  test("random content survives stuffing and any chunks", () => {
    let seed = 20_261_120;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return (seed >>> 8) % below;
    };
    for (let round = 0; round < 3_000; round++) {
      const content = Array.from({ length: random(30) }, () => ".\r\nax"[random(5)]).join("");
      const lines = `${content}\r\n`.split("\r\n").slice(0, -1);
      const wire = Buffer.from(
        `${lines.map((line) => (line.startsWith(".") ? `.${line}` : line)).join("\r\n")}\r\n.\r\n`,
      );
      const chunks: Buffer[] = [];
      for (let at = 0; at < wire.length; ) {
        const size = 1 + random(6);
        chunks.push(wire.subarray(at, at + size));
        at += size;
      }
      expect(decode(chunks), `seed of round ${round}`).toEqual({
        content: `${content}\r\n`,
        rest: "",
        isComplete: true,
      });
    }
  });
});
