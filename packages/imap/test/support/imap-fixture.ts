import { type ImapServerOptions, type MailServers, startMailServers } from "@mailwright/testing";
import { ImapClient, type ImapClientOptions } from "../../src/index.js";

/** Servers with the account of ada, and a client for it. */
export interface ImapFixture extends AsyncDisposable {
  readonly mail: MailServers;
  readonly imap: ImapClient;
}

/** Starts servers and a client; `await using` ends both. */
export async function imapFixture(
  options: {
    readonly messages?: readonly string[];
    readonly server?: ImapServerOptions;
    readonly client?: Partial<ImapClientOptions>;
  } = {},
): Promise<ImapFixture> {
  const account = { user: "ada", password: "correct horse", messages: options.messages ?? [] };
  const mail = await startMailServers({ accounts: [account], imap: options.server ?? {} });
  const imap = new ImapClient({
    server: { host: "127.0.0.1", port: mail.imap.port, security: "none" },
    credentials: { user: "ada", password: "correct horse" },
    ...options.client,
  });
  return {
    mail,
    imap,
    async [Symbol.asyncDispose]() {
      await imap.close({ graceMs: 0 });
      await mail.stop();
    },
  };
}

/** Everything an async iterable gives. */
export async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}
