import { describe, expect, test } from "vitest";
import { saslOauthBearer, saslXoauth2 } from "../../src/sasl/sasl-bearer.js";
import { saslLogin } from "../../src/sasl/sasl-login.js";
import { saslPlain } from "../../src/sasl/sasl-plain.js";
import { saslPrep } from "../../src/sasl/sasl-prep.js";

const NOTHING = Buffer.alloc(0);

describe("the simple SASL mechanisms", () => {
  test("PLAIN says everything at once and nothing more", () => {
    const plain = saslPlain("ada", "pä");
    expect(plain.initialResponse?.toString()).toBe("\0ada\0pä");
    plain.complete();
    expect(() => plain.respond(NOTHING)).toThrow(/more than PLAIN/);
  });

  test("LOGIN answers twice and does not end before", async () => {
    const login = saslLogin("ada", "pw");
    expect(String(await login.respond(Buffer.from("Username:")))).toBe("ada");
    expect(() => login.complete()).toThrow(/did not ask/);
    expect(String(await login.respond(Buffer.from("anything")))).toBe("pw");
    login.complete();
    expect(() => login.respond(NOTHING)).toThrow(/more than LOGIN/);
  });

  test("XOAUTH2 never stands on the AUTH line and acknowledges a refusal", async () => {
    const mechanism = saslXoauth2("ada", "tok");
    expect(mechanism.canBeginAtOnce).toBe(false);
    expect(mechanism.initialResponse?.toString()).toBe("user=ada\x01auth=Bearer tok\x01\x01");
    expect(String(await mechanism.respond(Buffer.from('{"status":"400"}')))).toBe("");
    expect(() => mechanism.complete()).toThrow(/had refused/);
    expect(() => mechanism.respond(NOTHING)).toThrow(/went on/);
  });

  test("OAUTHBEARER names host and port and acknowledges a refusal by ^A (RFC 7628)", async () => {
    const mechanism = saslOauthBearer("a,b=c", "tok", "pop.example.com", 995);
    expect(mechanism.initialResponse?.toString()).toBe(
      "n,a=a=2Cb=3Dc,\x01host=pop.example.com\x01port=995\x01auth=Bearer tok\x01\x01",
    );
    expect(String(await mechanism.respond(Buffer.from("{}")))).toBe("\x01");
  });
});

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
