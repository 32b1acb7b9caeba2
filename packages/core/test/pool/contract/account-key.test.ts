import { inspect } from "node:util";
import { expect, test } from "vitest";
import { accountKey } from "../../../src/pool/contract/account-key.js";
import { resolveServer, type ServerOptions } from "../../../src/server/server-options.js";

const ports = { tls: 993, starttls: 143, none: 143 };
const server = (options: Partial<ServerOptions> = {}): ReturnType<typeof resolveServer> =>
  resolveServer({ host: "imap.example.com", ...options }, ports, "imap");
/** As callers without types may add it to the TLS settings. */
const withCheck = (checkServerIdentity: () => undefined): object => ({ checkServerIdentity });
const ada = { user: "ada", password: "hunter2" };

test("the same server and credentials share a key", () => {
  expect(accountKey(server(), { ...ada }).id).toBe(accountKey(server(), ada).id);
  expect(accountKey(server(), ada)).toMatchObject({
    host: "imap.example.com:993",
    label: "imap.example.com:ada",
  });
});

test("whatever makes connections different makes another key", () => {
  const provider = (): typeof ada => ada;
  const policy = (): boolean => true;
  const keys = [
    accountKey(server(), ada),
    accountKey(server(), { user: "ada", password: "wrong" }),
    accountKey(server(), { user: "ada", accessToken: "hunter2" }),
    accountKey(server(), { user: "eve", password: "hunter2" }),
    accountKey(server(), provider),
    accountKey(server(), () => ada),
    accountKey(server(), undefined),
    accountKey(server({ port: 1993 }), ada),
    accountKey(server({ security: "starttls", port: 993 }), ada),
    accountKey(server({ allowInsecureAuth: true }), ada),
    accountKey(server({ tls: { rejectUnauthorized: false } }), ada),
    accountKey(server({ tls: withCheck(() => undefined) }), ada),
    accountKey(server({ tls: withCheck(() => undefined) }), ada),
    accountKey(server({ tls: { ca: Buffer.from("one") } }), ada),
    accountKey(server({ tls: { ca: Buffer.from("two") } }), ada),
    accountKey(server(), ada, policy),
  ];
  expect(new Set(keys.map(({ id }) => id)).size).toBe(keys.length);
  expect(accountKey(server(), provider, policy).id).toBe(accountKey(server(), provider, policy).id);
});

test("a key shows no secret", () => {
  const tls = { key: "-----PRIVATE", passphrase: "sesame" };
  const shown = inspect(accountKey(server({ tls }), ada), { depth: 8, showHidden: true });
  for (const secret of ["hunter2", Buffer.from("hunter2").toString("base64"), "sesame", "PRIVATE"]) {
    expect(shown).not.toContain(secret);
  }
});

test.each([
  { user: "ada", pass: "hunter2" },
  { user: "ada", password: undefined },
  { user: "ada", password: undefined, accessToken: "hunter2" },
  { user: "ada", password: "" },
  { user: "ada", accessToken: "" },
  { user: "", password: "hunter2" },
  { password: "hunter2" },
  "hunter2",
  null,
])(
  "what callers without types may pass as credentials is a mistake in the call, and is not shown: %o",
  (given) => {
    // @ts-expect-error
    expect(() => accountKey(server(), given)).toThrow(
      expect.objectContaining({ code: "invalid-argument", message: expect.not.stringContaining("hunter2") }),
    );
  },
);
