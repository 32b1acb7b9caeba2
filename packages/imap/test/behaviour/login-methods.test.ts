import { createCertificates, startMailServers, startScriptedServer } from "@mailwright/testing";
import { describe, expect, it } from "vitest";
import { ImapClient, type ImapClientOptions } from "../../src/index.js";
import { imapFixture } from "../support/imap-fixture.js";
import { scriptedSession } from "./scripted-session.js";

const METHODS = [
  ["PLAIN", /^\S+ AUTHENTICATE PLAIN$/],
  ["LOGIN", /^\S+ AUTHENTICATE LOGIN$/],
  ["LOGIN-COMMAND", /^\S+ LOGIN /],
] as const;

const LOGIN_COMMAND = /^\S+ (AUTHENTICATE|LOGIN)\b/;

/** Logs in, and tells the commands that it took. */
async function logIn(
  options: Partial<ImapClientOptions>,
  capabilitiesBeforeLogin?: readonly string[],
): Promise<string[]> {
  const commands: string[] = [];
  await using fixture = await imapFixture({
    server: capabilitiesBeforeLogin === undefined ? {} : { quirks: { capabilitiesBeforeLogin } },
    client: {
      transcript: ({ direction, text }) => {
        if (direction === "client" && LOGIN_COMMAND.test(text)) commands.push(text);
      },
      ...options,
    },
  });
  expect(await fixture.imap.search("INBOX", {})).toEqual([]);
  return commands;
}

describe("authMethod", () => {
  it.each(METHODS)("%s logs in that way and no other", async (authMethod, expected) => {
    const commands = await logIn({ authMethod });
    expect(commands).toEqual([expect.stringMatching(expected)]);
  });

  it.each(METHODS)("%s sends a password that must be quoted or encoded", async (authMethod) => {
    const user = 'x"e\\n ü';
    const password = 'pa"ss\\wörd 100%';
    await using mail = await startMailServers({ accounts: [{ user, password }] });
    await using imap = new ImapClient({
      server: { host: "127.0.0.1", port: mail.imap.port, security: "none" },
      credentials: { user, password },
      authMethod,
    });
    expect(await imap.search("INBOX", {})).toEqual([]);
  });

  it.each(METHODS)("%s refused is an authentication error without another try", async (authMethod) => {
    await using fixture = await imapFixture({
      client: { authMethod, credentials: { user: "ada", password: "S3cret-word" } },
    });
    const error: unknown = await fixture.imap.search("INBOX", {}).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "authentication", retryable: false, phase: "auth" });
    expect(JSON.stringify(error)).not.toMatch(/S3cret|UzNjcmV0/);
    expect(fixture.imap.stats().failed).toBe(1);
  });

  it("left out is the strongest that is offered, and LOGIN where there is nothing else", async () => {
    expect(await logIn({})).toEqual([expect.stringMatching(/AUTHENTICATE SCRAM-SHA-256$/)]);
    expect(await logIn({}, ["IMAP4rev1", "AUTH=LOGIN", "AUTH=PLAIN"])).toEqual([
      expect.stringMatching(/AUTHENTICATE PLAIN/),
    ]);
    expect(await logIn({}, ["IMAP4rev1", "AUTH=LOGIN"])).toEqual([
      expect.stringMatching(/AUTHENTICATE LOGIN/),
    ]);
    expect(await logIn({}, ["IMAP4rev1"])).toEqual([expect.stringMatching(/ LOGIN /)]);
  });

  it.each(["PLAIN", "LOGIN"] as const)(
    "%s does not become LOGIN where a server hides its mechanisms",
    async (authMethod) => {
      await using session = await scriptedSession("S: * OK [CAPABILITY IMAP4rev1] hi\nIGNORE:", {
        authMethod,
      });
      await expect(session.imap.listFolders()).rejects.toMatchObject({ code: "unsupported", phase: "auth" });
      expect(session.server.received.toString()).not.toMatch(/LOGIN|S3cret/);
    },
  );

  it("of one client leaves those of others alone", async () => {
    await logIn({ authMethod: "PLAIN" });
    expect(await logIn({ authMethod: "LOGIN-COMMAND" })).toEqual([expect.stringMatching(/ LOGIN /)]);
  });
});

describe("a server that offers no way to log in", () => {
  it.each([
    ["with a password, after LOGINDISABLED", "LOGINDISABLED", { user: "ada", password: "S3cret-word" }],
    [
      "with a token, without a mechanism for tokens",
      "AUTH=PLAIN",
      { user: "ada", accessToken: "S3cret-word" },
    ],
  ])("hears no secret %s", async (_title, capability, credentials) => {
    const certificates = await createCertificates();
    await using server = await startScriptedServer(
      `S: * OK [CAPABILITY IMAP4rev1 ${capability}] hi
       IGNORE:`,
      { implicitTls: true, certificates },
    );
    await using imap = new ImapClient({
      server: { host: "localhost", port: server.port, tls: { ca: certificates.ca } },
      credentials,
      retry: { attempts: 1 },
      timeouts: { connectMs: 2_000 },
    });
    const { error } = await imap.testConnection();
    expect(error).toMatchObject({ code: "unsupported", phase: "auth", retryable: false });
    expect(server.received.toString()).not.toMatch(/AUTHENTICATE|LOGIN|S3cret|UzNjcmV0/);
  });
});
