import { inspect } from "node:util";
import {
  type CertificateFlaw,
  createCertificates,
  startMailServers,
  startScriptedServer,
} from "@mailwright/testing";
import { describe, expect, it } from "vitest";
import { ImapClient } from "../../src/index.js";
import { imapFixture } from "../support/imap-fixture.js";

describe("certificates", () => {
  it.each([
    "expired",
    "not-yet-valid",
    "wrong-name",
    "self-signed",
    "unknown-ca",
  ] satisfies CertificateFlaw[])("that are %s are refused before anything is said", async (flaw) => {
    const certificates = await createCertificates({ flaw });
    for (const security of ["tls", "starttls"] as const) {
      const server = await startScriptedServer(
        security === "tls"
          ? "S: * OK hi\nIGNORE:"
          : "S: * OK [CAPABILITY IMAP4rev1 STARTTLS] hi\nC~: (?<tag>\\S+) STARTTLS\nS: $tag OK go\nTLS:\nIGNORE:",
        { implicitTls: security === "tls", certificates },
      );
      await using imap = new ImapClient({
        server: { host: "localhost", port: server.port, security, tls: { ca: certificates.ca } },
        credentials: { user: "ada", password: "S3cret-word" },
        retry: { attempts: 1 },
      });
      const { error } = await imap.testConnection();
      expect(error).toMatchObject({ code: "tls", retryable: false });
      expect(server.received.toString()).not.toContain("S3cret");
      await server.stop();
    }
  });

  it("that are sound are accepted, by TLS and STARTTLS", async () => {
    await using mail = await startMailServers({
      accounts: [{ user: "ada", password: "x-word" }],
      imap: { requireTls: true },
    });
    for (const security of ["tls", "starttls"] as const) {
      const port = security === "tls" ? mail.imap.tlsPort : mail.imap.port;
      await using imap = new ImapClient({
        server: { host: "localhost", port, security, tls: { ca: mail.ca } },
        credentials: { user: "ada", password: "x-word" },
      });
      expect(await imap.testConnection()).toMatchObject({ ok: true, tls: { version: "TLSv1.3" } });
    }
  });

  it("are not needed on loopback, and nothing is sent in clear anywhere else", async () => {
    await using imap = new ImapClient({
      server: { host: "192.0.2.1", security: "none" },
      credentials: { user: "ada", password: "S3cret-word" },
      retry: { attempts: 1 },
      timeouts: { connectMs: 300 },
    });
    expect(await imap.testConnection()).toMatchObject({ ok: false, error: { code: "forbidden" } });
  });
});

describe("credentials", () => {
  it("are asked for at every connection, and once more when a token has expired", async () => {
    await using mail = await startMailServers({
      accounts: [{ user: "ada", password: "x", accessToken: "fresh-token" }],
    });
    const asked: boolean[] = [];
    await using imap = new ImapClient({
      server: { host: "127.0.0.1", port: mail.imap.port, security: "none" },
      credentials: ({ refresh }) => {
        asked.push(refresh);
        return { user: "ada", accessToken: refresh ? "fresh-token" : "stale-token" };
      },
      pool: { maxUses: 1 },
    });
    await imap.listFolders();
    await imap.listFolders();
    expect(asked).toEqual([false, true, false, true]);
  });

  it("that stay wrong are tried once more and no more often", async () => {
    await using mail = await startMailServers({
      accounts: [{ user: "ada", password: "x", accessToken: "fresh-token" }],
    });
    let asked = 0;
    await using imap = new ImapClient({
      server: { host: "127.0.0.1", port: mail.imap.port, security: "none" },
      credentials: () => {
        asked += 1;
        return { user: "ada", accessToken: "Wrong-token-7" };
      },
    });
    const errors = await Promise.all(
      [1, 2, 3].map(() => imap.listFolders().catch((error: unknown) => error)),
    );
    for (const error of errors) {
      expect(error).toMatchObject({ code: "authentication", phase: "auth" });
      expect(inspect(error, { depth: 8, showHidden: true })).not.toContain("Wrong-token-7");
    }
    expect(asked).toBeLessThanOrEqual(2);
  });

  it("never show in logs, transcripts or the client itself", async () => {
    const lines: string[] = [];
    const log = (fields: object, message: string): void => void lines.push(message + JSON.stringify(fields));
    await using fixture = await imapFixture({
      client: {
        logger: { debug: log, info: log, warn: log, error: log },
        transcript: ({ text }) => void lines.push(text),
      },
    });
    await fixture.imap.listFolders();
    await using wrong = await imapFixture({
      client: {
        credentials: { user: "ada", password: "Wrong-word-7" },
        transcript: ({ text }) => void lines.push(text),
      },
    });
    await wrong.imap.listFolders().catch((error: unknown) => lines.push(inspect(error, { depth: 8 })));
    const shown = lines.join("\n") + inspect([fixture.imap, wrong.imap], { depth: 12, showHidden: true });
    expect(lines.length).toBeGreaterThan(20);
    for (const secret of ["correct horse", "Wrong-word-7"]) {
      expect(shown).not.toContain(secret);
      expect(shown).not.toContain(Buffer.from(secret).toString("base64"));
      expect(shown).not.toContain(Buffer.from(`\0ada\0${secret}`).toString("base64"));
    }
  });
});

describe("a host policy", () => {
  it("decides on the resolved addresses, and hides why a host cannot be reached", async () => {
    await using fixture = await imapFixture({
      client: { hostPolicy: ({ addresses }) => addresses.every((address) => !address.startsWith("127.")) },
    });
    await expect(fixture.imap.listFolders()).rejects.toMatchObject({ code: "forbidden" });
  });
});
