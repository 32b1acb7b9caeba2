import { startMailServers } from "@mailwright/testing";
import { expect, test } from "vitest";
import { Pop3Client } from "../src/index.js";

const server = { host: "127.0.0.1", port: 1, security: "none" } as const;

test.each([
  { user: "ada", password: "" },
  { user: "ada", accessToken: "" },
  { user: "", password: "x" },
  { user: "ada", password: undefined },
])("credentials with nothing in them are a mistake in the call: %o", (credentials) => {
  // @ts-expect-error
  const make = (): unknown => new Pop3Client({ server, credentials });
  expect(make).toThrow(expect.objectContaining({ code: "invalid-argument" }));
});

test("credentials with nothing in them, from a function, fail once and are not sent to the server", async () => {
  await using mail = await startMailServers({ accounts: [{ user: "ada", password: "x" }] });
  let asked = 0;
  await using client = new Pop3Client({
    server: { ...server, port: mail.pop3.port },
    credentials: () => {
      asked += 1;
      return { user: "ada", password: "" };
    },
  });
  await expect(client.stat()).rejects.toMatchObject({
    code: "authentication",
    phase: "credentials",
    retryable: false,
  });
  expect(asked).toBe(1);
});

test.each([undefined, null, "imap.example.com", {}])(
  "options that are none are a mistake in the call: %o",
  (options) => {
    // @ts-expect-error
    expect(() => new Pop3Client(options)).toThrow(
      expect.objectContaining({ code: "invalid-argument", protocol: "pop3" }),
    );
  },
);

const credentials = { user: "ada", password: "x" };

test.each([
  [{ auth: "PLAIN" }, "did you mean authMethod?"],
  [{ authMethod: "plain" }, "authMethod is none of"],
  [{ timeouts: { conectMs: 5 } }, "did you mean timeouts.connectMs?"],
  [{ timeouts: { connectMs: "5" } }, "timeouts.connectMs must be a number"],
  [{ limits: { windowCommands: 0.5 } }, "limits.windowCommands must be a whole number"],
  [{ limits: { windowBytes: Number.POSITIVE_INFINITY } }, "limits.windowBytes must be"],
  [{ pool: { maxperkey: 2 } }, "did you mean pool.maxPerKey?"],
  [{ retry: { backoff: [10] } }, "retry.backoff is a function"],
  [{ server: { ...server, tsl: {} } }, "did you mean server.tls?"],
])("an option that would silently do nothing, or harm, is a mistake in the call: %o", (given, message) => {
  // @ts-expect-error
  expect(() => new Pop3Client({ server, credentials, ...given })).toThrow(
    expect.objectContaining({ code: "invalid-argument", message: expect.stringContaining(message) }),
  );
});

test("an option that is there and undefined is not given", async () => {
  const none = undefined;
  await using client = new Pop3Client({
    server: { ...server, port: none, tls: none },
    credentials,
    authMethod: none,
    timeouts: { connectMs: none },
    limits: { windowBytes: none },
    pool: { maxPerKey: none },
    retry: { attempts: none, backoff: none },
  });
  expect(client.stats()).toMatchObject({ effectiveCap: 1 });
});

test("a session that holds its connection for long is told to the client's logger", async () => {
  await using mail = await startMailServers({ accounts: [{ user: "ada", password: "x" }] });
  const warned = new Promise<string>((resolve) => {
    const logger = {
      debug() {},
      info() {},
      error() {},
      warn: (_: object, text?: string) => resolve(text ?? ""),
    };
    const pool = { warnAfterLeasedMs: 1 };
    const client = new Pop3Client({ server: { ...server, port: mail.pop3.port }, credentials, pool, logger });
    void client.session(() => warned).finally(() => client.close());
  });
  expect(await warned).toBe("a connection is held for long");
});
