import { createCertificates, startMailServers, startScriptedServer } from "@mailwright/testing";
import { describe, expect, it } from "vitest";
import { ImapClient, type ImapClientOptions } from "../../src/index.js";

const PASSWORD = { user: "ada", password: "correct horse" };
const TOKEN = { user: "ada", accessToken: "fresh-token" };

/** Logs in over TLS; the commands that it took. */
async function logIn(
  offered: readonly string[],
  options: Pick<ImapClientOptions, "credentials" | "authMethod">,
): Promise<string[]> {
  await using mail = await startMailServers({
    accounts: [{ ...PASSWORD, accessToken: "fresh-token" }],
    imap: { quirks: { capabilitiesBeforeLogin: ["IMAP4rev1", ...offered] } },
  });
  const commands: string[] = [];
  await using imap = new ImapClient({
    server: { host: "localhost", port: mail.imap.tlsPort, tls: { ca: mail.ca } },
    transcript: ({ direction, text }) => {
      if (direction === "client" && /AUTHENTICATE|LOGIN/.test(text)) commands.push(text.replace(/^\S+ /, ""));
    },
    ...options,
  });
  expect(await imap.search("INBOX", {})).toEqual([]);
  return commands;
}

const ALL = ["PLAIN", "LOGIN", "SCRAM-SHA-256", "XOAUTH2", "OAUTHBEARER"].map((name) => `AUTH=${name}`);

describe("a login", () => {
  it("is by the strongest mechanism that the server offers, whatever else it offers", async () => {
    expect(await logIn(ALL.slice(0, 3), { credentials: PASSWORD })).toEqual(["AUTHENTICATE SCRAM-SHA-256"]);
    expect(await logIn(ALL.slice(0, 2), { credentials: PASSWORD })).toEqual(["AUTHENTICATE PLAIN"]);
    expect(await logIn(ALL, { credentials: TOKEN })).toEqual(["AUTHENTICATE OAUTHBEARER"]);
    expect(await logIn(["AUTH=XOAUTH2"], { credentials: TOKEN })).toEqual(["AUTHENTICATE XOAUTH2"]);
  });

  it.each([
    ["SCRAM-SHA-256", PASSWORD],
    ["PLAIN", PASSWORD],
    ["LOGIN", PASSWORD],
    ["XOAUTH2", TOKEN],
    ["OAUTHBEARER", TOKEN],
  ] as const)(
    "is by %s where that is pinned, with and without an initial response",
    async (authMethod, credentials) => {
      for (const offered of [ALL, ["SASL-IR", ...ALL]]) {
        expect(await logIn(offered, { authMethod, credentials })).toEqual([`AUTHENTICATE ${authMethod}`]);
      }
    },
  );

  it("is tied to the TLS connection where the server can do that", async () => {
    const certificates = await createCertificates();
    const offered = "AUTH=PLAIN AUTH=SCRAM-SHA-256 AUTH=SCRAM-SHA-256-PLUS SASL-IR";
    await using server = await startScriptedServer(
      `S: * OK [CAPABILITY IMAP4rev1 ${offered}] hi
       C~: (?<tag>\\S+) AUTHENTICATE SCRAM-SHA-256-PLUS .*
       S: $tag NO [AUTHENTICATIONFAILED] no
       IGNORE:`,
      { implicitTls: true, certificates },
    );
    await using imap = new ImapClient({
      server: { host: "localhost", port: server.port, tls: { ca: certificates.ca } },
      credentials: PASSWORD,
    });
    expect(await imap.testConnection()).toMatchObject({ error: { code: "authentication" } });
    const [, first = ""] = /SCRAM-SHA-256-PLUS (\S+)/.exec(server.received.toString()) ?? [];
    expect(Buffer.from(first, "base64").toString()).toMatch(/^p=tls-exporter,,n=ada,r=/);
  });

  it.each(["tls", "starttls"] as const)(
    "is carried through tied to the connection, by %s",
    async (security) => {
      await using mail = await startMailServers({
        accounts: [PASSWORD],
        imap: { enable: ["AUTH=SCRAM-SHA-256-PLUS"] },
      });
      const commands: string[] = [];
      const port = security === "tls" ? mail.imap.tlsPort : mail.imap.port;
      await using imap = new ImapClient({
        server: { host: "localhost", port, security, tls: { ca: mail.ca } },
        credentials: PASSWORD,
        transcript: ({ text }) => void commands.push(text),
      });
      expect(await imap.search("INBOX", {})).toEqual([]);
      expect(commands.filter((text) => / AUTHENTICATE /.test(text))).toEqual([
        expect.stringMatching(/ AUTHENTICATE SCRAM-SHA-256-PLUS/),
      ]);
      await using wrong = new ImapClient({
        server: { host: "localhost", port, security, tls: { ca: mail.ca } },
        credentials: { ...PASSWORD, password: "wrong" },
      });
      expect((await wrong.testConnection()).error).toMatchObject({ code: "authentication" });
    },
  );

  it("of somebody at a mailbox of somebody else is by the command (Exchange)", async () => {
    const user = "DOMAIN\\ada\\team";
    await using mail = await startMailServers({ accounts: [{ user, password: "x-word" }] });
    const commands: string[] = [];
    await using imap = new ImapClient({
      server: { host: "127.0.0.1", port: mail.imap.port, security: "none" },
      credentials: { user, password: "x-word" },
      transcript: ({ text }) => void commands.push(text),
    });
    expect(await imap.search("INBOX", {})).toEqual([]);
    expect(commands.filter((text) => /^\S+ (AUTHENTICATE|LOGIN)/.test(text))).toEqual([
      expect.stringMatching(/^\S+ LOGIN /),
    ]);
  });

  it("in which the server does not prove that it knows the password fails, and nothing more is said", async () => {
    await using server = await startScriptedServer(`
      S: * OK [CAPABILITY IMAP4rev1 AUTH=SCRAM-SHA-256] hi
      C~: (?<tag>\\S+) AUTHENTICATE SCRAM-SHA-256
      S: + 
      C~: .*
      S: $tag OK welcome
      IGNORE:
    `);
    await using imap = new ImapClient({
      server: { host: "127.0.0.1", port: server.port, security: "none" },
      credentials: PASSWORD,
    });
    const { error } = await imap.testConnection();
    expect(error).toMatchObject({ code: "authentication", phase: "auth", connectionBroken: true });
    expect(server.received.toString()).not.toMatch(/CAPABILITY|LOGOUT/);
  });
});
