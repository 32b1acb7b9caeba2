import { measureGrowth } from "@mailwright/suite";
import { describe, expect, test } from "vitest";
import { ReplyReader, ReplySyntaxError } from "../../src/wire/reply-reader.js";

interface Heard {
  status: string;
  body: string;
  isComplete: boolean;
}

/** Reads the wire in the given chunks, for replies that are multi-line or not. */
function read(chunks: readonly Buffer[], kinds: readonly boolean[], maxLineBytes = 512): Heard[] {
  const reader = new ReplyReader(maxLineBytes);
  const heard = kinds.map((isMultiline) => {
    const reply: Heard = { status: "", body: "", isComplete: false };
    reader.expect({
      isMultiline,
      status: ({ kind, code = "", text }) => {
        reply.status = `${kind}|${code}|${text}`;
      },
      body: (content) => {
        reply.body += content.toString("latin1");
      },
      end: () => {
        reply.isComplete = true;
      },
    });
    return reply;
  });
  for (const chunk of chunks) reader.push(chunk);
  return heard;
}

const WIRE = Buffer.from(
  "+OK 2 320\r\n-ERR [IN-USE] locked\r\n+OK\r\na\r\n..b\r\n.\r\n-ERR no\r\n+OK\r\n.\r\n+ Y2g=\r\n+OK bye\r\n",
);
const KINDS = [false, false, true, true, true, false, false];
const EXPECTED: readonly Heard[] = [
  { status: "ok||2 320", body: "", isComplete: true },
  { status: "error|IN-USE|locked", body: "", isComplete: true },
  { status: "ok||", body: "a\r\n.b\r\n", isComplete: true },
  { status: "error||no", body: "", isComplete: true },
  { status: "ok||", body: "", isComplete: true },
  { status: "continue||Y2g=", body: "", isComplete: true },
  { status: "ok||bye", body: "", isComplete: true },
];

describe("ReplyReader", () => {
  test("hands each reply to the one who waits for it, whole, cut at every byte, and byte by byte", () => {
    expect(read([WIRE], KINDS)).toEqual(EXPECTED);
    for (let at = 1; at < WIRE.length; at++) {
      expect(read([WIRE.subarray(0, at), WIRE.subarray(at)], KINDS)).toEqual(EXPECTED);
    }
    expect(
      read(
        [...WIRE].map((byte) => Buffer.of(byte)),
        KINDS,
      ),
    ).toEqual(EXPECTED);
  });

  test("the last reply is not complete before its last byte", () => {
    for (let at = 0; at < WIRE.length; at++) {
      const heard = read([WIRE.subarray(0, at)], KINDS);
      expect(heard.at(-1)?.isComplete).toBe(false);
      for (const [index, reply] of heard.entries())
        if (reply.isComplete) expect(reply).toEqual(EXPECTED[index]);
    }
  });

  test.each([
    ["words that are no reply", "* OK IMAP4rev1\r\n", "syntax"],
    ["a bare LF at the end of a status line", "+OK\n", "syntax"],
    ["an empty line", "\r\n", "syntax"],
    ["an indicator that goes on", "+OKAY\r\n", "syntax"],
    ["a line over the limit", `+OK ${"x".repeat(600)}\r\n`, "limit"],
    ["an endless line", `+OK ${"x".repeat(600)}`, "limit"],
  ])("refuses %s", (_what, wire, kind) => {
    for (const chunks of [[Buffer.from(wire)], [...Buffer.from(wire)].map((byte) => Buffer.of(byte))]) {
      expect(() => read(chunks, [false])).toThrow(
        expect.objectContaining({ name: "ReplySyntaxError", kind }),
      );
    }
  });

  test("refuses bytes that nobody asked for, also right after an answer", () => {
    expect(() => read([Buffer.from("+OK begin TLS\r\n+OK injected\r\n")], [false])).toThrow(ReplySyntaxError);
    expect(() => read([Buffer.from("+")], [])).toThrow(expect.objectContaining({ kind: "unsolicited" }));
  });

  test("keeps count over thousands of replies", () => {
    const heard = read([Buffer.from("+OK\r\n".repeat(5_000))], Array(5_000).fill(false));
    expect(heard.every(({ isComplete }) => isComplete)).toBe(true);
  });

  test("takes linear time for a body of short lines in small chunks", async () => {
    const jobOf = (lines: number): (() => void) => {
      const wire = Buffer.from(`+OK\r\n${"..\r\n".repeat(lines)}.\r\n`);
      const chunks: Buffer[] = [];
      for (let at = 0; at < wire.length; at += 7) chunks.push(wire.subarray(at, at + 7));
      return () => {
        const reader = new ReplyReader(512);
        reader.expect({ isMultiline: true, status: () => {}, body: () => {}, end: () => {} });
        for (const chunk of chunks) reader.push(chunk);
      };
    };
    const growth = await measureGrowth(jobOf, [5_000, 50_000], { bar: 3 });
    expect(growth.ratio, growth.told).toBeLessThan(3);
  });
});
