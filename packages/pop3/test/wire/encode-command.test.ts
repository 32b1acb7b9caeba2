import { describe, expect, test } from "vitest";
import { encodeCommand, encodeLine } from "../../src/wire/encode-command.js";

describe("encodeCommand", () => {
  test("encodes words as UTF-8 with CRLF", () => {
    expect(encodeCommand("USER", "jörg").toString("latin1")).toBe("USER j\xc3\xb6rg\r\n");
    expect(encodeCommand("TOP", 1, 0).toString()).toBe("TOP 1 0\r\n");
  });

  test.each(["a\rb", "a\nb", "a\r\nDELE 1", "a\0b", "\n"])("refuses %j, and does not show it", (text) => {
    const error = (() => {
      try {
        encodeCommand("PASS", text);
      } catch (thrown) {
        return thrown;
      }
      return undefined;
    })();
    expect(error).toMatchObject({ code: "invalid-argument", protocol: "pop3" });
    expect(JSON.stringify(error)).not.toContain(JSON.stringify(text).slice(1, -1));
  });

  test("characters that would become CR LF when cut to one byte stay what they are", () => {
    const line = encodeLine("\u760d\u760a");
    expect(line.subarray(0, -2).includes(0x0d)).toBe(false);
    expect(line.subarray(0, -2).includes(0x0a)).toBe(false);
    expect(line.toString("utf8")).toBe("\u760d\u760a\r\n");
  });
});
