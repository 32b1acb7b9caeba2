import { describe, expect, test } from "vitest";
import { escapeSaslName, saslPrep } from "../../src/sasl/saslprep.js";

describe("saslPrep", () => {
  test.each([
    ["I\u00adX", "IX"],
    ["user", "user"],
    ["USER", "USER"],
    ["\u00aa", "a"],
    ["\u2168", "IX"],
    ["a\u00a0b", "a b"],
  ])("prepares %j as RFC 4013 §3 does", (text, expected) => {
    expect(saslPrep(text)).toBe(expected);
  });

  test.each(["\u0007", "a\u0000", "\ue000", "\ufffd", "\u202e"])("refuses %j", (text) => {
    expect(() => saslPrep(text)).toThrow(expect.objectContaining({ name: "SaslError" }));
  });
});

test("a saslname has neither a comma nor an equals sign of its own (RFC 5801 §4)", () => {
  expect(escapeSaslName("a=2C,b")).toBe("a=3D2C=2Cb");
});
