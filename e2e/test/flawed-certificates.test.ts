import { isMailError } from "@mailwright/core";
import { ImapClient } from "@mailwright/imap";
import { Pop3Client } from "@mailwright/pop3";
import { SmtpClient } from "@mailwright/smtp";
import {
  type CertificateFlaw,
  createCertificates,
  startFaultProxy,
  startMailServers,
} from "@mailwright/testing";
import { describe, expect, test } from "vitest";

const PASSWORD = "S3cret-of-ada";
const FLAWS: readonly (CertificateFlaw | undefined)[] = [
  undefined,
  "expired",
  "not-yet-valid",
  "wrong-name",
  "no-san",
  "self-signed",
  "unknown-ca",
];

interface Account {
  readonly server: { host: string; port: number; security: "tls" | "starttls"; tls: { ca: string } };
  readonly credentials: { user: string; password: string };
  readonly retry: { attempts: number };
}

/** Resolves to what went wrong, or `undefined` when the client talked to the server. */
const ATTEMPTS = {
  imap: async (account: Account): Promise<unknown> => {
    await using imap = new ImapClient(account);
    return await imap.listFolders().then(
      () => undefined,
      (error: unknown) => error,
    );
  },
  pop3: async (account: Account): Promise<unknown> => {
    await using pop3 = new Pop3Client(account);
    return await pop3.stat().then(
      () => undefined,
      (error: unknown) => error,
    );
  },
  smtp: async (account: Account): Promise<unknown> => {
    await using smtp = new SmtpClient(account);
    const message = { from: "ada@example.test", to: ["ada@example.test"], subject: "x", text: "x" };
    return (await smtp.send(message)).attempts.at(-1)?.error;
  },
};

describe.each(["imap", "pop3", "smtp"] as const)("%s", (protocol) => {
  describe.each(["tls", "starttls"] as const)("with security %s", (security) => {
    test.each(FLAWS)("a certificate that is %s", async (flaw) => {
      const certificates = await createCertificates(flaw === undefined ? {} : { flaw });
      const logins: string[] = [];
      await using mail = await startMailServers({
        accounts: [{ user: "ada", password: PASSWORD }],
        certificates,
        smtp: {
          answers: {
            auth: (user) => {
              logins.push(user);
              return undefined;
            },
          },
        },
      });
      const { port, tlsPort } = mail[protocol];
      const target = { host: mail.host, port: security === "tls" ? tlsPort : port };
      await using proxy = await startFaultProxy({ target });
      const error = await ATTEMPTS[protocol]({
        server: { host: proxy.host, port: proxy.port, security, tls: { ca: mail.ca } },
        credentials: { user: "ada", password: PASSWORD },
        retry: { attempts: 2 },
      });
      if (flaw === undefined) {
        expect(error).toBeUndefined();
      } else {
        expect(isMailError(error), String(error)).toBe(true);
        expect(error).toMatchObject({ code: "tls", protocol, retryable: false });
        expect(logins).toEqual([]);
        expect(proxy.accepted).toBe(1);
      }
    });
  });
});
