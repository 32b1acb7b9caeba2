import { createCertificates } from "./certificates.js";
import { startImapServer } from "./imap-server.js";
import type { ImapServerOptions } from "./imap-server-options.js";
import { MailStore } from "./mail-store.js";
import type { AccountOptions } from "./mail-store-account.js";

/** Who has mail there, and how each server behaves. */
export interface MailServersOptions {
  /** @defaultValue none; add them later by `store.addAccount` */
  readonly accounts?: readonly AccountOptions[];
  readonly imap?: ImapServerOptions;
  /** Address to listen on. @defaultValue "127.0.0.1" */
  readonly host?: string;
}

/** Where one protocol listens. */
export interface MailServerPorts {
  /** Plain, with STARTTLS on offer. */
  readonly port: number;
  /** TLS from the first byte. */
  readonly tlsPort: number;
}

/** Running servers; `await using` or `stop()` ends them and cuts every connection. */
export interface MailServers extends AsyncDisposable {
  readonly host: string;
  /** PEM of the authority that signed the servers' certificate: pass it as `tls.ca`. */
  readonly ca: string;
  readonly imap: MailServerPorts;
  readonly store: MailStore;
  stop(): Promise<void>;
}

/**
 * Starts mail servers over one in-memory store, each on free ports. Nothing is shared with other
 * calls, so that suites can run side by side.
 */
export async function startMailServers(options: MailServersOptions = {}): Promise<MailServers> {
  const host = options.host ?? "127.0.0.1";
  const store = new MailStore(options.accounts);
  const tls = await createCertificates();
  const imap = await startImapServer({ store, tls, host, options: options.imap ?? {} });
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopped ??= imap.stop();
    return stopped;
  };
  return {
    host,
    ca: tls.ca,
    imap: { port: imap.port, tlsPort: imap.tlsPort },
    store,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
