import { generateKeyPairSync } from "node:crypto";
import { createImapPool, ImapClient } from "@mailwright/imap";
import { createPop3Pool, Pop3Client } from "@mailwright/pop3";
import { createSmtpPool, SmtpClient } from "@mailwright/smtp";
import { startMailServers } from "@mailwright/testing";
import { describe, expect, test } from "vitest";
import { Evidence, formsOf } from "./evidence.js";

const USER = "ada@example.test";
const PASSWORD = "S3cret-9f8e7d6c";
const PASSPHRASE = "open-sesame-77";
const PFX = "a PKCS12 bundle, as it were";

function privateKey(passphrase?: string): string {
  const pem = { type: "pkcs8", format: "pem" } as const;
  const { privateKey: key } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: passphrase === undefined ? pem : { ...pem, cipher: "aes-256-cbc", passphrase },
  });
  return key;
}

const KEY = privateKey(PASSPHRASE);
const DKIM_KEY = privateKey();

const needles = new Map([
  ...[PASSWORD, PASSPHRASE, PFX].flatMap((secret) =>
    [...formsOf(USER, secret)].map(([form, text]) => [`${form} of ${secret}`, text] as const),
  ),
  ["the TLS key", KEY.split("\n")[3] ?? ""],
  ["the DKIM key", DKIM_KEY.split("\n")[3] ?? ""],
]);

function optionsFor(host: string, port: number, tls: Readonly<Record<string, unknown>>, evidence: Evidence) {
  return {
    server: { host, port, tls: { key: KEY, passphrase: PASSPHRASE, ...tls } },
    credentials: { user: USER, password: PASSWORD },
    logger: evidence.logger,
    transcript: evidence.transcript,
    retry: { attempts: 1 },
  };
}

type Common = ReturnType<typeof optionsFor>;

/** Everything of one client that a program may get hold of. */
interface Subject extends AsyncDisposable {
  readonly work: () => Promise<unknown>;
  readonly testConnection: () => Promise<unknown>;
  readonly stats: () => unknown;
}

/** A pool, and what makes clients with it or with pools of their own. */
interface Maker {
  readonly pool: AsyncDisposable;
  readonly create: (
    options: Common,
    isShared: boolean,
  ) => { readonly client: object; readonly subject: Subject };
}

const makers = {
  imap: (): Maker => {
    const pool = createImapPool();
    return {
      pool,
      create: (options, isShared) => {
        const client = new ImapClient(isShared ? { ...options, pool } : options);
        return { client, subject: subjectOf(client, () => client.search("INBOX", {})) };
      },
    };
  },
  pop3: (): Maker => {
    const pool = createPop3Pool();
    return {
      pool,
      create: (options, isShared) => {
        const client = new Pop3Client(isShared ? { ...options, pool } : options);
        return { client, subject: subjectOf(client, () => client.stat()) };
      },
    };
  },
  smtp: (): Maker => {
    const pool = createSmtpPool();
    const dkim = { keys: { domainName: "example.test", keySelector: "k", privateKey: DKIM_KEY } };
    return {
      pool,
      create: (options, isShared) => {
        const client = new SmtpClient({ ...options, from: USER, dkim, ...(isShared ? { pool } : {}) });
        const send = async (): Promise<unknown> => {
          const result = await client.send({ to: USER, subject: "x", text: "x" });
          if (result.status === "accepted") return result;
          throw result.attempts.at(-1)?.error ?? new Error(result.status);
        };
        return { client, subject: subjectOf(client, send) };
      },
    };
  },
};

function subjectOf(client: ImapClient | Pop3Client | SmtpClient, work: () => Promise<unknown>): Subject {
  return {
    work,
    testConnection: () => client.testConnection(),
    stats: () => client.stats(),
    [Symbol.asyncDispose]: () => client.close(),
  };
}

describe("a client shows nothing of what it was made from", () => {
  const matrix = (["imap", "pop3", "smtp"] as const).flatMap((protocol) => [
    { protocol, pool: "its own", isShared: false },
    { protocol, pool: "a shared", isShared: true },
  ]);

  test.for(matrix)("$protocol, $pool pool", async ({ protocol, isShared }) => {
    await using mail = await startMailServers({ accounts: [{ user: USER, password: PASSWORD }] });
    using evidence = new Evidence();
    const { pool, create } = makers[protocol]();
    await using _pool = pool;
    const { host, ca } = mail;
    const port = mail[protocol].tlsPort;
    const working = create(optionsFor(host, port, { ca }, evidence), isShared);
    await using _working = working.subject;
    const failing = create(optionsFor(host, port, {}, evidence), isShared);
    await using _failing = failing.subject;
    evidence.add("outcome", await working.subject.work());
    const failure = await failing.subject.work().catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: "MailError" });
    evidence.add("failure", failure);
    for (const { client, subject } of [working, failing]) {
      evidence.add("client", client);
      evidence.add("client in a log line", { level: 30, client, clients: [client], pool });
      evidence.add("stats", subject.stats());
      evidence.add("report", await subject.testConnection());
    }
    evidence.add("pool", pool);
    // No option of ours, but callers in JavaScript may set it.
    const unused = create(optionsFor(host, port, { pfx: Buffer.from(PFX) }, evidence), isShared);
    await using _unused = unused.subject;
    evidence.add("client", unused.client);
    expect(evidence.count("transcript")).toBeGreaterThan(0);
    expect(evidence.find(needles)).toEqual([]);
  });
});
