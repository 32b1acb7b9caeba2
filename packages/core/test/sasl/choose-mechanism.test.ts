import { describe, expect, test } from "vitest";
import { chooseMechanism } from "../../src/sasl/choose-mechanism.js";
import type { SaslMechanismName } from "../../src/sasl/sasl-mechanism.js";

const PASSWORD = { user: "ada", password: "x" };
const TOKEN = { user: "ada", accessToken: "x" };

function choose(
  sasl: string,
  options: { canBind?: boolean; pinned?: SaslMechanismName | "USER" | "APOP"; token?: boolean } = {},
): string {
  const { canBind = false, pinned, token = false } = options;
  const commands = ["USER", "APOP"] as const;
  const credentials = token ? TOKEN : PASSWORD;
  return chooseMechanism({
    credentials,
    offered: sasl.split(" "),
    pinned,
    canBind,
    commands,
    protocol: "pop3",
  });
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

  test("binds before it looks at the hash", () => {
    const all = "SCRAM-SHA-1 SCRAM-SHA-256 SCRAM-SHA-1-PLUS";
    expect(choose(all, { canBind: true })).toBe("SCRAM-SHA-1-PLUS");
    expect(choose(all)).toBe("SCRAM-SHA-256");
    expect(choose("SCRAM-SHA-1 PLAIN")).toBe("SCRAM-SHA-1");
  });

  test("uses CRAM-MD5 only when it is pinned, and says so where there is nothing else", () => {
    expect(choose("CRAM-MD5")).toBe("USER");
    expect(choose("CRAM-MD5 PLAIN", { pinned: "CRAM-MD5" })).toBe("CRAM-MD5");
    const choice = {
      credentials: PASSWORD,
      offered: ["CRAM-MD5"],
      pinned: undefined,
      canBind: false,
    } as const;
    expect(() => chooseMechanism({ ...choice, protocol: "smtp" })).toThrow(
      expect.objectContaining({
        code: "unsupported",
        protocol: "smtp",
        message: expect.stringContaining('but by CRAM-MD5 (authMethod: "CRAM-MD5"'),
      }),
    );
  });

  test("reads the server's names in any case", () => {
    expect(choose("plain scram-sha-256")).toBe("SCRAM-SHA-256");
  });
});
