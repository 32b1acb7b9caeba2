import { expect, test } from "vitest";
import { createMechanism, type SaslLogin } from "../../src/sasl/create-mechanism.js";
import type { SaslMechanismName } from "../../src/sasl/sasl-mechanism.js";

const binding = { type: "tls-exporter", data: Buffer.from("data") } as const;
const login = (given: Partial<SaslLogin> = {}): SaslLogin => ({
  credentials: { user: "ada", password: "pw" },
  host: "mail.example",
  port: 993,
  offered: [],
  binding,
  ...given,
});
const token = { user: "ada", accessToken: "tok" };

test.each([
  ["SCRAM-SHA-256-PLUS", /^p=tls-exporter,,n=ada,r=/],
  ["SCRAM-SHA-1-PLUS", /^p=tls-exporter,,n=ada,r=/],
  ["SCRAM-SHA-256", /^y,,n=ada,r=/],
  ["SCRAM-SHA-1", /^y,,n=ada,r=/],
  ["PLAIN", /^\0ada\0pw$/],
  ["LOGIN", /^undefined$/],
  ["CRAM-MD5", /^undefined$/],
] as const satisfies [SaslMechanismName, RegExp][])("%s takes a password", (name, first) => {
  const mechanism = createMechanism(name, login());
  expect(mechanism.name).toBe(name);
  expect(String(mechanism.initialResponse)).toMatch(first);
  expect(() => createMechanism(name, login({ credentials: token }))).toThrow(/needs a password/);
});

test.each(["OAUTHBEARER", "XOAUTH2"] as const)("%s takes a token", (name) => {
  expect(createMechanism(name, login({ credentials: token })).name).toBe(name);
  expect(() => createMechanism(name, login())).toThrow(/needs an access token/);
});

test("a server that offers any bound form is not told that it lacks one (RFC 5802 §6)", () => {
  for (const offered of [["SCRAM-SHA-256-PLUS"], ["scram-sha-1-plus"]]) {
    expect(String(createMechanism("SCRAM-SHA-256", login({ offered })).initialResponse)).toMatch(/^n,,/);
  }
  expect(String(createMechanism("SCRAM-SHA-256", login({ binding: undefined })).initialResponse)).toMatch(
    /^n,,/,
  );
});

test("a bound form without anything to bind to is not begun", () => {
  expect(() => createMechanism("SCRAM-SHA-256-PLUS", login({ binding: undefined }))).toThrow(
    /nothing to bind/,
  );
});
