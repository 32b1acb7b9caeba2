import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { Redactor } from "../../src/credentials/redactor.js";

const base64 = (text: string): string => Buffer.from(text).toString("base64");

function redactorOf(secret: string): Redactor {
  const redactor = new Redactor();
  redactor.addCredentials({ user: "ada@example.org", password: secret });
  return redactor;
}

describe("a redactor", () => {
  test.each([
    ["as it is", (s: string) => `NO bad password ${s}`],
    ["in an IMAP quoted string", (s: string) => `LOGIN ada "${s.replace(/["\\]/g, "\\$&")}"`],
    ["in JSON", (s: string) => JSON.stringify({ s })],
    ["percent-encoded", (s: string) => `?password=${encodeURIComponent(s)}`],
    ["in base64", (s: string) => `AUTH LOGIN ${base64(s)}`],
    ["in SASL PLAIN", (s: string) => base64(`\0ada@example.org\0${s}`)],
    ["in SASL PLAIN with an identity", (s: string) => base64(`ada@example.org\0ada@example.org\0${s}`)],
    ["in SASL PLAIN for somebody else", (s: string) => base64(`root\0ada@example.org\0${s}`)],
    ["in XOAUTH2", (s: string) => base64(`user=ada@example.org\x01auth=Bearer ${s}\x01\x01`)],
    [
      "in OAUTHBEARER with host and port",
      (s: string) => base64(`n,a=ada@example.org,\x01host=h\x01port=993\x01auth=Bearer ${s}\x01\x01`),
    ],
  ])("masks a secret %s", (_, send) => {
    for (const secret of ["correct horse battery", 'q"uo\\te$&', "pässwörter", "tok.en-123_/+="]) {
      const masked = redactorOf(secret).text(`C: ${send(secret)} S: no`);
      expect(masked).toContain("[secret]");
      expect(masked).not.toContain(secret);
      for (const shift of [0, 1, 2]) {
        const piece = base64("x".repeat(shift) + secret).slice(4, -4);
        if (piece.length >= 6) expect(masked).not.toContain(piece);
      }
      expect(masked).toMatch(/^C: .* S: no$/);
    }
  });

  test("masks very short secrets only where they stand alone", () => {
    expect(redactorOf("no").text('NO: "no" is nobody')).toBe('NO: "[secret]" is nobody');
    expect(redactorOf("a.b").text("axb a.b")).toBe("axb [secret]");
  });

  test("an empty secret masks nothing", () => {
    expect(redactorOf("").text("a b")).toBe("a b");
  });

  test("masks several secrets, the longer one first", () => {
    const redactor = new Redactor();
    redactor.add("secret");
    redactor.add("secret-and-more");
    expect(redactor.text("secret-and-more secret")).toBe("[secret] [secret]");
  });

  test("forgets the oldest of very many secrets", () => {
    const redactor = new Redactor();
    for (let n = 100; n < 140; n++) redactor.add(`token-${n}`);
    redactor.addCredentials({ user: "ada", accessToken: "token-139" });
    expect(redactor.text("token-139 token-108 token-107")).toBe("[secret] [secret] token-107");
  });

  test("copies a foreign error without its fields, with masked message, stack and causes", () => {
    const source = Object.assign(new Error("login with hunter2 failed"), {
      code: "EAUTH",
      options: { pass: "hunter2" },
    });
    source.cause = new TypeError(`sent ${base64("hunter2")}`);
    const copy = redactorOf("hunter2").error(source);
    const shown = inspect(copy, { depth: 8, showHidden: true });
    expect(shown).not.toContain("hunter2");
    expect(shown).not.toContain(base64("hunter2"));
    expect(copy).toMatchObject({ name: "Error", message: "login with [secret] failed", code: "EAUTH" });
    expect(copy.cause).toMatchObject({ name: "TypeError" });
  });

  test("copies what is no error, and causes that go round in a circle", () => {
    expect(redactorOf("hunter2").error("hunter2 refused").message).toBe("[secret] refused");
    const round = new Error("round");
    round.cause = round;
    expect(redactorOf("hunter2").error(round).message).toBe("round");
  });

  test("shows no secret itself", () => {
    expect(inspect(redactorOf("hunter2"), { depth: 8, showHidden: true })).not.toContain("hunter2");
  });
});
