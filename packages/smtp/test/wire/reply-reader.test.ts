import { describe, expect, test } from "vitest";
import { ReplyReader } from "../../src/wire/reply-reader.js";
import { parseReply } from "../../src/wire/smtp-reply.js";

/** Dialogues and the replies in them. */
const DIALOGUES: readonly (readonly [text: string, replies: readonly string[]])[] = [
  ["220 mail.example.com ESMTP Postfix\r\n", ["220 mail.example.com ESMTP Postfix"]],
  [
    "250-mail.example.com\r\n250-PIPELINING\r\n250 SIZE 10\r\n250 2.1.0 Ok\r\n",
    ["250-mail.example.com\n250-PIPELINING\n250 SIZE 10", "250 2.1.0 Ok"],
  ],
  ["250 ok\n354 go\n", ["250 ok", "354 go"]],
  ["\r\n250 ok\r\n\r\n \r\n250 again\r\n", ["250 ok", "250 again"]],
  ["250-Grüße\r\n250 Größe\r\n", ["250-Grüße\n250 Größe"]],
  ["250-a\r\n550 b\r\n250 c\r\n", ["250-a\n550 b", "250 c"]],
  ["hello\r\n250\r\n2\r\n", ["hello", "250", "2"]],
  ["199 early\r\n650 late\r\n", ["199 early", "650 late"]],
  ["250 lone \r in it\r\n", ["250 lone \r in it"]],
];

function read(pieces: readonly Buffer[]): string[] {
  const reader = new ReplyReader();
  return pieces.flatMap((piece) => reader.push(piece));
}

describe("ReplyReader", () => {
  test.each(DIALOGUES)("reads %j alike whole, cut anywhere, and byte by byte", (text, replies) => {
    const bytes = Buffer.from(text);
    expect(read([bytes])).toEqual(replies);
    for (let at = 0; at <= bytes.length; at++)
      expect(read([bytes.subarray(0, at), bytes.subarray(at)]), `cut at ${at}`).toEqual(replies);
    expect(read([...bytes].map((byte) => Buffer.of(byte)))).toEqual(replies);
  });

  test("takes bytes that are no UTF-8 as they are", () => {
    expect(read([Buffer.from("250 Gr\xfc\xdfe\r\n", "latin1")])).toEqual(["250 Grüße"]);
  });

  test("says that it is within a reply from the first byte to the last", () => {
    const reader = new ReplyReader();
    for (const byte of Buffer.from("250-a\r\n250 b\r")) {
      reader.push(Buffer.of(byte));
      expect(reader.isWithinReply).toBe(true);
    }
    expect(reader.push(Buffer.from("\n\r\n"))).toHaveLength(1);
    expect(reader.isWithinReply).toBe(false);
  });

  test.each([
    ["a line", "2".repeat(1_000)],
    ["a reply", "250-and so on\r\n"],
    ["a reply of empty lines", "250-\r\n"],
  ])("gives %s without end out as nonsense, once, and keeps nothing of what follows", (_name, more) => {
    const reader = new ReplyReader();
    const replies: string[] = [];
    for (let n = 0; n < 20_000; n++) replies.push(...reader.push(Buffer.from(more)));
    expect(replies).toHaveLength(1);
    expect(replies[0]?.length).toBeLessThan(10_000);
    expect(parseReply(replies[0] ?? "").kind).toBe(0);
    expect(reader.push(Buffer.from("\r\n250 ok\r\n"))).toEqual([]);
    expect(reader.isWithinReply).toBe(false);
  });

  test.each(["199 early", "650 late", "250-a\n550 b", "25 ok", "2500 ok"])(
    "leaves it to who parses %j to call it nonsense",
    (reply) => {
      expect(parseReply(reply).kind).toBe(0);
    },
  );
});
