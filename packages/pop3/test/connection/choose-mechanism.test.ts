import { describe, expect, test } from "vitest";
import { chooseMechanism } from "../../src/connection/choose-mechanism.js";
import type { Pop3AuthMethod } from "../../src/pop3-options.js";
import { parseCapabilities } from "../../src/wire/pop3-capabilities.js";

const PASSWORD = { user: "ada", password: "x" };
const TOKEN = { user: "ada", accessToken: "x" };

function choose(
  sasl: string,
  options: { canBind?: boolean; pinned?: Pop3AuthMethod; token?: boolean } = {},
): string {
  const { canBind = false, pinned, token = false } = options;
  const capabilities = parseCapabilities([`SASL ${sasl}`, "USER"]);
  return chooseMechanism({ credentials: token ? TOKEN : PASSWORD, capabilities, pinned, canBind });
}

describe("chooseMechanism", () => {
  test("takes the strongest that is offered, in whatever order", () => {
    expect(choose("LOGIN PLAIN SCRAM-SHA-256 SCRAM-SHA-256-PLUS", { canBind: true })).toBe(
      "SCRAM-SHA-256-PLUS",
    );
    expect(choose("LOGIN PLAIN SCRAM-SHA-256")).toBe("SCRAM-SHA-256");
    expect(choose("LOGIN PLAIN CRAM-MD5")).toBe("PLAIN");
    expect(choose("LOGIN")).toBe("LOGIN");
    expect(choose("GSSAPI")).toBe("USER");
    expect(choose("PLAIN XOAUTH2 OAUTHBEARER", { token: true })).toBe("OAUTHBEARER");
    expect(choose("PLAIN XOAUTH2", { token: true })).toBe("XOAUTH2");
  });

  test("does not bind where there is nothing to bind to", () => {
    expect(choose("SCRAM-SHA-256-PLUS SCRAM-SHA-256 PLAIN")).toBe("SCRAM-SHA-256");
    expect(() => choose("SCRAM-SHA-256-PLUS", { pinned: "SCRAM-SHA-256-PLUS" })).toThrow(
      expect.objectContaining({ code: "unsupported" }),
    );
  });

  test("keeps to what is pinned, offered or not", () => {
    expect(choose("SCRAM-SHA-256 PLAIN", { pinned: "PLAIN" })).toBe("PLAIN");
    expect(choose("PLAIN", { pinned: "APOP" })).toBe("APOP");
    expect(() => choose("PLAIN", { pinned: "SCRAM-SHA-256" })).toThrow(
      expect.objectContaining({ code: "unsupported" }),
    );
    expect(() => choose("PLAIN", { token: true })).toThrow(expect.objectContaining({ code: "unsupported" }));
    expect(() => choose("XOAUTH2", { pinned: "XOAUTH2" })).toThrow(
      expect.objectContaining({ code: "invalid-argument" }),
    );
  });
});
