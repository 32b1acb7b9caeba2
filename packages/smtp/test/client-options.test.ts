import { startMailServers } from "@mailwright/testing";
import { expect, test } from "vitest";
import { SmtpClient, type SmtpClientOptions } from "../src/index.js";
import { resolveSmtpOptions, smtpPoolKey } from "../src/smtp-options.js";

const server = { host: "127.0.0.1", port: 1, security: "none" } as const;

test.each([
  { user: "ada", password: "" },
  { user: "ada", accessToken: "" },
  { user: "", password: "x" },
  { user: "ada", password: undefined },
])("credentials with nothing in them are a mistake in the call: %o", (credentials) => {
  // @ts-expect-error
  const make = (): unknown => new SmtpClient({ server, credentials });
  expect(make).toThrow(expect.objectContaining({ code: "invalid-argument" }));
});

test("credentials with nothing in them, from a function, fail once and are not sent to the server", async () => {
  await using mail = await startMailServers({ accounts: [{ user: "ada", password: "x" }] });
  let asked = 0;
  await using client = new SmtpClient({
    server: { ...server, port: mail.smtp.port },
    credentials: () => {
      asked += 1;
      return { user: "ada", password: "" };
    },
    from: "ada@example.com",
  });
  const result = await client.send({ to: "bob@example.org", subject: "s", text: "t" });
  expect(result).toMatchObject({
    status: "not-sent",
    retryable: false,
    attempts: [
      { phase: "credentials", error: { code: "authentication", phase: "credentials", retryable: false } },
    ],
  });
  expect(result.attempts).toHaveLength(1);
  expect(asked).toBe(1);
});

test.each([undefined, null, "imap.example.com", {}])(
  "options that are none are a mistake in the call: %o",
  (options) => {
    // @ts-expect-error
    expect(() => new SmtpClient(options)).toThrow(
      expect.objectContaining({ code: "invalid-argument", protocol: "smtp" }),
    );
  },
);

const options = { server: { host: "mail.example.com" } } as const;

test.each<[string, Partial<SmtpClientOptions>]>([
  ["timeouts", { timeouts: { connectMs: 5 } }],
  ["chunking", { chunking: false }],
  ["authMethod", { authMethod: "PLAIN" }],
  ["clientName", { clientName: "me.example.com" }],
  ["lmtp", { lmtp: true }],
  ["transcript", { transcript: () => {} }],
  ["hostPolicy", { hostPolicy: () => true }],
  ["server.tls", { server: { ...options.server, tls: { rejectUnauthorized: false } } }],
])("clients that differ in %s share no connections, those that differ in nothing do", (_name, change) => {
  const idOf = (given: SmtpClientOptions): string => smtpPoolKey(resolveSmtpOptions(given)).id;
  const changed = { ...options, ...change };
  expect(idOf(changed)).toBe(idOf({ ...changed }));
  expect(idOf(changed)).not.toBe(idOf(options));
});

test.each<[string, object]>([
  ["did you mean timeouts?", { timeout: {} }],
  ["did you mean server.tls?", { server: { ...options.server, tsl: {} } }],
  ["did you mean pool.maxPerKey?", { pool: { maxperkey: 3 } }],
  ["did you mean timeouts.connectMs?", { timeouts: { conectMs: 3 } }],
  ["did you mean rateLimits.messages?", { rateLimits: { message: { limit: 1, intervalMs: 1 } } }],
])("an option that does not exist is an error: %s", (hint, change) => {
  const make = (): unknown => Reflect.construct(SmtpClient, [{ ...options, ...change }]);
  expect(make).toThrow(
    expect.objectContaining({ code: "invalid-argument", message: expect.stringContaining(hint) }),
  );
});

test("a server gets five connections at most unless told otherwise", async () => {
  await using client = new SmtpClient({ server });
  await using narrow = new SmtpClient({ server, pool: { maxPerKey: 2 } });
  expect([client, narrow].map((one) => one.stats().effectiveCap)).toEqual([5, 2]);
});
