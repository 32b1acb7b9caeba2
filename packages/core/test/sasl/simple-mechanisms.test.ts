import { describe, expect, test } from "vitest";
import {
  saslCramMd5,
  saslLogin,
  saslOauthBearer,
  saslPlain,
  saslXoauth2,
} from "../../src/sasl/simple-mechanisms.js";

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

  test("CRAM-MD5 speaks the example of RFC 2195 §2, once", async () => {
    const cram = saslCramMd5("tim", "tanstaaftanstaaf");
    expect(cram.initialResponse).toBeUndefined();
    expect(() => cram.complete()).toThrow(/did not ask/);
    const challenge = Buffer.from("<1896.697170952@postoffice.reston.mci.net>");
    expect(String(await cram.respond(challenge))).toBe("tim b913a602c7eda7a495b4e6e7334d3890");
    cram.complete();
    expect(() => cram.respond(challenge)).toThrow(/more than CRAM-MD5/);
  });

  test("XOAUTH2 acknowledges a refusal", async () => {
    const mechanism = saslXoauth2("ada", "tok");
    expect(mechanism.initialResponse?.toString()).toBe("user=ada\x01auth=Bearer tok\x01\x01");
    expect(String(await mechanism.respond(Buffer.from('{"status":"400"}')))).toBe("");
    expect(() => mechanism.complete()).toThrow(/had refused/);
    expect(() => mechanism.respond(NOTHING)).toThrow(/went on/);
  });

  test("OAUTHBEARER names host and port and acknowledges a refusal by ^A (RFC 7628)", async () => {
    const mechanism = saslOauthBearer("a,b=c", "tok", { host: "pop.example.com", port: 995 });
    expect(mechanism.initialResponse?.toString()).toBe(
      "n,a=a=2Cb=3Dc,\x01host=pop.example.com\x01port=995\x01auth=Bearer tok\x01\x01",
    );
    expect(String(await mechanism.respond(Buffer.from("{}")))).toBe("\x01");
  });
});
