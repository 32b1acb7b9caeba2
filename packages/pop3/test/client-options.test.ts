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
