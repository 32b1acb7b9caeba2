import { setImmediate } from "node:timers/promises";
import { startMailServers } from "@mailwright/testing";
import { expect, test } from "vitest";
import { ImapClient } from "../src/index.js";

const server = { host: "127.0.0.1", port: 1, security: "none" } as const;

test.each([
  { user: "ada", password: "" },
  { user: "ada", accessToken: "" },
  { user: "", password: "x" },
  { user: "ada", password: undefined },
])("credentials with nothing in them are a mistake in the call: %o", (credentials) => {
  // @ts-expect-error
  const make = (): unknown => new ImapClient({ server, credentials });
  expect(make).toThrow(expect.objectContaining({ code: "invalid-argument" }));
});

test("credentials with nothing in them, from a function, fail once and are not sent to the server", async () => {
  await using mail = await startMailServers({ accounts: [{ user: "ada", password: "x" }] });
  let asked = 0;
  await using client = new ImapClient({
    server: { ...server, port: mail.imap.port },
    credentials: () => {
      asked += 1;
      return { user: "ada", password: "" };
    },
  });
  await expect(client.listFolders()).rejects.toMatchObject({
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
    expect(() => new ImapClient(options)).toThrow(
      expect.objectContaining({ code: "invalid-argument", protocol: "imap" }),
    );
  },
);

test.each([
  [{ timeOuts: {} }, "timeouts"],
  [{ timeouts: { connectMS: 1 } }, "timeouts.connectMs"],
  [{ limits: { maxTextBytes: 0 } }, "limits.maxTextBytes"],
  [{ pool: { maxPerKey: "3" } }, "pool.maxPerKey"],
  [{ authMethod: "plain" }, "PLAIN, LOGIN, LOGIN-COMMAND"],
])("an option that is misspelt or none is a mistake in the call: %o", (options, hint) => {
  // @ts-expect-error
  const make = (): unknown => new ImapClient({ server, ...options });
  const message = expect.stringContaining(hint);
  expect(make).toThrow(expect.objectContaining({ code: "invalid-argument", message }));
});

test("a misspelt option of a watch ends it at once", async () => {
  await using client = new ImapClient({ server });
  // @ts-expect-error
  const watching = client.watch("INBOX", { renewMS: 1 });
  await expect(watching.next()).rejects.toMatchObject({
    code: "invalid-argument",
    message: expect.stringContaining("watch.renewMs"),
  });
});

test("Infinity is no limit, of connecting either", async () => {
  // Node makes a millisecond of a time that is too long for a timer, and says so.
  const warnings: string[] = [];
  const take = ({ name }: Error): void => void warnings.push(name);
  process.on("warning", take);
  await using mail = await startMailServers({ accounts: [{ user: "ada", password: "x" }] });
  await using client = new ImapClient({
    server: { ...server, port: mail.imap.port },
    credentials: { user: "ada", password: "x" },
    timeouts: { connectMs: Number.POSITIVE_INFINITY, commandMs: Number.POSITIVE_INFINITY },
  });
  expect(await client.search("INBOX", {})).toEqual([]);
  await setImmediate();
  process.off("warning", take);
  expect(warnings).toEqual([]);
});
