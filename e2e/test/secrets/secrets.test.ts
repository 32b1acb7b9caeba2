import { type Credentials, type CredentialsSource, isMailError } from "@mailwright/core";
import { ImapClient, type ImapClientOptions } from "@mailwright/imap";
import { Pop3Client, type Pop3ClientOptions } from "@mailwright/pop3";
import { SmtpClient, type SmtpClientOptions } from "@mailwright/smtp";
import { startMailServers } from "@mailwright/testing";
import { describe, expect, test } from "vitest";
import { type Protocol, REFUSALS, type Refusal, startEchoingServer } from "./echoing-server.js";
import { Evidence, formsOf } from "./evidence.js";

const USER = "ada@example.test";
const PASSWORDS = { plain: "S3cret-9f8e7d6c", awkward: 'p"ä\\ß w0rd-77' };
const TOKENS = { plain: "ya29.A0ARrdaM-k9_token~55==" };

interface Case {
  readonly protocol: Protocol;
  /** As servers announce it. */
  readonly mechanism: string;
  /** As the client's option pins it. */
  readonly pinned?: string;
  /** Only something derived from the secret is sent. */
  readonly isDerived?: boolean;
}

const isToken = ({ mechanism }: Case): boolean => mechanism === "XOAUTH2" || mechanism === "OAUTHBEARER";

const cases: readonly Case[] = [
  { protocol: "imap", mechanism: "LOGIN command", pinned: "LOGIN-COMMAND" },
  { protocol: "imap", mechanism: "PLAIN", pinned: "PLAIN" },
  { protocol: "imap", mechanism: "LOGIN", pinned: "LOGIN" },
  { protocol: "imap", mechanism: "XOAUTH2" },
  { protocol: "imap", mechanism: "OAUTHBEARER" },
  { protocol: "pop3", mechanism: "USER", pinned: "USER" },
  { protocol: "pop3", mechanism: "APOP", pinned: "APOP", isDerived: true },
  { protocol: "pop3", mechanism: "PLAIN", pinned: "PLAIN" },
  { protocol: "pop3", mechanism: "LOGIN", pinned: "LOGIN" },
  { protocol: "pop3", mechanism: "SCRAM-SHA-256", pinned: "SCRAM-SHA-256", isDerived: true },
  { protocol: "pop3", mechanism: "XOAUTH2", pinned: "XOAUTH2" },
  { protocol: "pop3", mechanism: "OAUTHBEARER", pinned: "OAUTHBEARER" },
  { protocol: "smtp", mechanism: "PLAIN", pinned: "PLAIN" },
  { protocol: "smtp", mechanism: "LOGIN", pinned: "LOGIN" },
  { protocol: "smtp", mechanism: "CRAM-MD5", pinned: "CRAM-MD5", isDerived: true },
  { protocol: "smtp", mechanism: "XOAUTH2", pinned: "XOAUTH2" },
  { protocol: "smtp", mechanism: "OAUTHBEARER", pinned: "OAUTHBEARER" },
];

/** Tries everything that logs in; every failure goes into the evidence. Answers the first. */
async function failToLogIn(
  { protocol, pinned }: Case,
  port: number,
  credentials: CredentialsSource,
  evidence: Evidence,
): Promise<unknown> {
  const common = {
    server: { host: "127.0.0.1", port, security: "none" as const },
    credentials,
    retry: { attempts: 1 },
    logger: evidence.logger,
    transcript: evidence.transcript,
  };
  if (protocol === "smtp") {
    const authMethod = pinned as SmtpClientOptions["authMethod"];
    await using smtp = new SmtpClient({ ...common, from: USER, authMethod });
    const result = await smtp.send({ to: ["bob@example.test"], subject: "x", text: "x" });
    evidence.add("result", result);
    evidence.add("result as JSON", result.toJSON());
    const thrown = await smtp.authenticate().catch((error: unknown) => error);
    evidence.add("error", thrown);
    evidence.add("report", await smtp.testConnection());
    evidence.add("client", smtp);
    return thrown;
  }
  const client =
    protocol === "imap"
      ? new ImapClient({ ...common, authMethod: pinned as ImapClientOptions["authMethod"] })
      : new Pop3Client({ ...common, authMethod: pinned as Pop3ClientOptions["authMethod"] });
  await using _ = client;
  const attempt = client instanceof ImapClient ? client.listFolders() : client.stat();
  const thrown = await attempt.catch((error: unknown) => error);
  evidence.add("error", thrown);
  evidence.add("report", await client.testConnection());
  evidence.add("client", client);
  return thrown;
}

const matrix = cases.flatMap((one) =>
  Object.entries(isToken(one) ? TOKENS : PASSWORDS).flatMap(([kind, secret]) =>
    REFUSALS.map((refusal) => ({ ...one, kind, secret, refusal })),
  ),
);

describe("no secret shows", () => {
  test.for(matrix)("$protocol $mechanism, a $kind secret, when the server $refusal", async (one) => {
    const { protocol, mechanism, secret, refusal } = one;
    const credentials = isToken(one) ? { user: USER, accessToken: secret } : { user: USER, password: secret };
    const server = await startEchoingServer(protocol, mechanism, refusal as Refusal);
    using evidence = new Evidence();
    try {
      const thrown = await failToLogIn(one, server.port, credentials, evidence);
      if (!isMailError(thrown)) throw new Error("The login did not fail with a MailError", { cause: thrown });
      if (refusal === "refuses") expect(thrown.code).toBe("authentication");
      const forms = formsOf(USER, secret);
      // What the server repeats must hold the secret, or its absence elsewhere would prove nothing.
      if (refusal !== "cuts" && one.isDerived !== true) {
        expect([...forms.values()].some((form) => server.echoed.includes(form))).toBe(true);
      }
      expect(evidence.find(forms)).toEqual([]);
      for (const source of ["error", "report", "transcript", "event"]) {
        expect({ source, texts: evidence.count(source) > 0 }).toEqual({ source, texts: true });
      }
    } finally {
      await server.stop();
    }
  });

  test.for(["imap", "pop3", "smtp"] as const)(
    "%s: neither of the tokens when a refreshed one is refused too",
    async (protocol) => {
      const tokens = { first: "ya29.first-token-1111", second: "ya29.second-token-2222" };
      const server = await startEchoingServer(protocol, "XOAUTH2", "refuses");
      using evidence = new Evidence();
      try {
        const credentials = async ({ refresh }: { readonly refresh: boolean }): Promise<Credentials> => ({
          user: USER,
          accessToken: refresh ? tokens.second : tokens.first,
        });
        const one: Case = {
          protocol,
          mechanism: "XOAUTH2",
          ...(protocol === "imap" ? {} : { pinned: "XOAUTH2" }),
        };
        expect(await failToLogIn(one, server.port, credentials, evidence)).toMatchObject({
          code: "authentication",
        });
        for (const token of Object.values(tokens)) {
          expect([...formsOf(USER, token).values()].some((form) => server.echoed.includes(form))).toBe(true);
          expect(evidence.find(formsOf(USER, token))).toEqual([]);
        }
      } finally {
        await server.stop();
      }
    },
  );

  test.for(Object.entries(PASSWORDS))(
    "a login with a %s secret that succeeds leaves none in logs and transcripts",
    async ([, password]) => {
      await using mail = await startMailServers({ accounts: [{ user: USER, password }] });
      using evidence = new Evidence();
      const options = (ports: { readonly tlsPort: number }) => ({
        server: { host: mail.host, port: ports.tlsPort, tls: { ca: mail.ca } },
        credentials: { user: USER, password },
        logger: evidence.logger,
        transcript: evidence.transcript,
      });
      await using imap = new ImapClient(options(mail.imap));
      await using pop3 = new Pop3Client(options(mail.pop3));
      await using smtp = new SmtpClient({ ...options(mail.smtp), from: USER });
      expect(await imap.listFolders()).not.toEqual([]);
      expect(await pop3.stat()).toMatchObject({ count: 0 });
      expect(await smtp.send({ to: [USER], subject: "x", text: "x" })).toMatchObject({ status: "accepted" });
      for (const client of [imap, pop3, smtp]) evidence.add("client", client);
      expect(evidence.count("transcript")).toBeGreaterThan(10);
      expect(evidence.find(formsOf(USER, password))).toEqual([]);
    },
  );
});
