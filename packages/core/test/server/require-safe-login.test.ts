import { expect, test } from "vitest";
import { requireSafeLogin } from "../../src/server/require-safe-login.js";

const server = { host: "mail.example", allowInsecureAuth: false };
const clear = {
  server,
  address: "192.0.2.1",
  isEncrypted: false,
  protocol: "smtp",
  connectionId: "c#1",
} as const;

test("credentials go over TLS, to this machine, or where the caller allows it", () => {
  requireSafeLogin({ ...clear, isEncrypted: true });
  for (const address of ["127.0.0.1", "::1", "::ffff:127.0.0.1"]) requireSafeLogin({ ...clear, address });
  requireSafeLogin({ ...clear, server: { ...server, allowInsecureAuth: true } });
});

test.each(["192.0.2.1", "::2", ""])("in clear to %j they do not", (address) => {
  const refused = { code: "forbidden", protocol: "smtp", phase: "auth", connectionId: "c#1" };
  expect(() => requireSafeLogin({ ...clear, address })).toThrow(expect.objectContaining(refused));
});
