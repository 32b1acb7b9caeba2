import { describe, expect, test } from "vitest";
import { ReplyMeter } from "../../src/wire/reply-meter.js";

function fed(...chunks: string[]): ReplyMeter {
  const meter = new ReplyMeter();
  for (const chunk of chunks) meter.feed(Buffer.from(chunk, "latin1"));
  return meter;
}

describe("ReplyMeter", () => {
  test("is ahead from the first byte of a reply until the reply was heard", () => {
    const meter = new ReplyMeter();
    for (const byte of "250-two\r\n250 lines\r\n") {
      meter.feed(Buffer.from(byte));
      expect(meter.isAhead).toBe(true);
    }
    meter.heard();
    expect(meter.isAhead).toBe(false);
  });

  test("counts each reply, however they are cut into segments", () => {
    const replies = "250 a\r\n250-b\r\n250 c\r\n354 d\r\n";
    for (let cut = 0; cut <= replies.length; cut++) {
      const meter = fed(replies.slice(0, cut), replies.slice(cut));
      for (let n = 0; n < 3; n++) {
        expect(meter.isAhead, `${cut}: ${n}`).toBe(true);
        meter.heard();
      }
      expect(meter.isAhead, String(cut)).toBe(false);
    }
  });

  test("leaves out empty lines, as nodemailer does", () => {
    expect(fed("\r\n", " \r\n").isAhead).toBe(false);
  });

  test("leaves out a reply that came in before it was fed", () => {
    const meter = new ReplyMeter();
    meter.heard();
    meter.feed(Buffer.from("250 ok\r\n"));
    expect(meter.isAhead).toBe(true);
  });
});
