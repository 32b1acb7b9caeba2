import {
  type AccountOptions,
  createCertificates,
  MailStore,
  type Pop3ServerOptions,
  startPop3Server,
} from "@mailwright/testing";
import { Pop3Client } from "../../src/pop3-client.js";
import type { Pop3ClientOptions } from "../../src/pop3-options.js";

const certificates = createCertificates();

/** A POP3 server over a store with one account, and clients for it. Stops both. */
export interface Pop3SetUp extends AsyncDisposable {
  readonly store: MailStore;
  readonly port: number;
  readonly tlsPort: number;
  readonly ca: string;
  /** In clear on loopback unless told otherwise; without retries. */
  client(options?: Partial<Pop3ClientOptions>): Pop3Client;
  /** Subjects of the messages that are in the mailbox. */
  subjects(): string[];
}

export const ADA = { user: "ada", password: "lovelace-1815" } as const;

export function message(subject: string, body = `Body of ${subject}`): string {
  return `From: bob@example.test\r\nSubject: ${subject}\r\nMessage-ID: <${subject}@test>\r\n\r\n${body}\r\n`;
}

export async function setUpPop3(
  messages: AccountOptions["messages"] = [],
  options: Pop3ServerOptions = {},
  account: Partial<AccountOptions> = {},
): Promise<Pop3SetUp> {
  const store = new MailStore([{ ...ADA, accessToken: "token-1", ...account, messages }]);
  const tls = await certificates;
  const server = await startPop3Server({ store, tls, options });
  const clients: Pop3Client[] = [];
  return {
    store,
    port: server.port,
    tlsPort: server.tlsPort,
    ca: tls.ca,
    client: (given = {}) => {
      const client = new Pop3Client({
        server: { host: "127.0.0.1", port: server.port, security: "none" },
        credentials: ADA,
        retry: { attempts: 1 },
        ...given,
      });
      clients.push(client);
      return client;
    },
    subjects: () =>
      store
        .messages(ADA.user)
        .map(({ raw }) => /Subject: (.*)\r/.exec(Buffer.from(raw).toString())?.[1] ?? ""),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(clients.map((client) => client.close({ graceMs: 0 })));
      await server.stop();
    },
  };
}

/** Settles to the error; fails the test when there is none. */
export async function errorOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error("It did not fail");
}
