import { describe, expect, test } from "vitest";
import { NO_CAPABILITIES, parseCapabilities } from "../../src/wire/pop3-capabilities.js";

describe("parseCapabilities", () => {
  test("reads names in any case with their parameters", () => {
    const lines = [
      "TOP",
      "uidl",
      "sasl plain XOAUTH2",
      "EXPIRE 60 USER",
      "LOGIN-DELAY 300 USER",
      "IMPLEMENTATION A b 1",
    ];
    expect(
      parseCapabilities([...lines, "PIPELINING", "UTF8 USER", "LANG", "RESP-CODES", "STLS", "USER"]),
    ).toMatchObject({
      hasTop: true,
      hasUidl: true,
      hasUser: true,
      hasStls: true,
      hasPipelining: true,
      hasResponseCodes: true,
      hasUtf8: true,
      hasLanguages: true,
      mechanisms: ["PLAIN", "XOAUTH2"],
      expireDays: 60,
      loginDelaySeconds: 300,
      implementation: "A b 1",
    });
  });

  test("EXPIRE NEVER is forever, and nonsense is nothing", () => {
    expect(parseCapabilities(["EXPIRE NEVER"]).expireDays).toBe(Number.POSITIVE_INFINITY);
    expect(parseCapabilities(["EXPIRE soon", "LOGIN-DELAY x", "", "\x07\xff"])).toMatchObject({
      expireDays: undefined,
      loginDelaySeconds: undefined,
    });
  });

  test("a server without CAPA can do nothing beyond RFC 1939", () => {
    expect(NO_CAPABILITIES).toMatchObject({ hasPipelining: false, hasStls: false, mechanisms: [] });
    expect(NO_CAPABILITIES.all.size).toBe(0);
  });
});
