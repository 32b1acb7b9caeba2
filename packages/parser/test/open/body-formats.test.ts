import { decodeUuencode } from "@mailwright/mime";
import { describe, expect, test } from "vitest";
import { parseMessage } from "../../src/parse-message.js";

describe("uuencode", () => {
  const BLOCK = "begin 644 hi.txt\n+:&5L;&\\@=V]R;&0`\n`\nend\n";

  test("a file in the text becomes an attachment", () => {
    const message = parseMessage(`From: a@b.c\n\nbefore\n${BLOCK}after\n`);
    expect(message.text).toBe("before\nafter\n");
    expect(message.attachments[0]).toMatchObject({
      path: "1/uuencode.1",
      filename: "hi.txt",
      safeFilename: "hi.txt",
    });
    expect(message.attachments[0]?.content().toString()).toBe("hello world");
  });

  test("a sentence that starts with begin is no file", () => {
    const message = parseMessage("From: a@b.c\n\nbegin 100 things\nand end\nthem\nend\n");
    expect(message.attachments).toEqual([]);
    expect(message.text).toContain("begin 100 things");
  });

  test("trailing spaces that were cut off are restored", () => {
    expect(decodeUuencode(Buffer.from("begin 644 a\n#!\nend\n"))?.content).toEqual(Buffer.from([4, 0, 0]));
  });
});
