import { describe, expect, test } from "vitest";
import { formatStatusLine, parseStatusLine } from "../../src/wire/status-line.js";

describe("parseStatusLine", () => {
  test.each([
    ["+OK", { kind: "ok", text: "" }],
    ["+OK 2 320", { kind: "ok", text: "2 320" }],
    ["+OK\ttabbed", { kind: "ok", text: "tabbed" }],
    ["-ERR", { kind: "error", text: "" }],
    ["-ERR [IN-USE] busy", { kind: "error", code: "IN-USE", text: "busy" }],
    ["-ERR [sys/temp] later", { kind: "error", code: "SYS/TEMP", text: "later" }],
    ["-ERR [AUTH]", { kind: "error", code: "AUTH", text: "" }],
    ["-ERR [not a code] x", { kind: "error", text: "[not a code] x" }],
    ["+OK ready. [UwBDADEA=]", { kind: "ok", text: "ready. [UwBDADEA=]" }],
    ["+ Y2hhbGxlbmdl", { kind: "continue", text: "Y2hhbGxlbmdl" }],
    ["+", { kind: "continue", text: "" }],
    ["-ERR größer", { kind: "error", text: "größer" }],
  ])("reads %s", (line, expected) => {
    expect(parseStatusLine(Buffer.from(line))).toEqual(expected);
  });

  test.each(["", "OK", "+ok", "+OKAY", "-ERROR", "* OK", " +OK", "-er", "+O"])(
    "%j is no status line",
    (line) => {
      expect(parseStatusLine(Buffer.from(line))).toBeUndefined();
    },
  );

  test("bytes that are no UTF-8 do not throw", () => {
    expect(parseStatusLine(Buffer.from("+OK \xe9", "latin1"))?.text).toBe("\ufffd");
  });

  test("formatting gives the line back", () => {
    for (const line of ["+OK", "-ERR [IN-USE] busy", "+ Y2g=", "+OK 2 320"]) {
      const status = parseStatusLine(Buffer.from(line));
      expect(status && formatStatusLine(status)).toBe(line);
    }
  });
});
