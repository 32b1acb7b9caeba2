import { type Certificates, createCertificates } from "./certificates/certificates.js";
import { startImapServer } from "./imap/imap-server.js";
import type { ImapServerOptions } from "./imap/session/imap-server-options.js";
import { startPop3Server } from "./pop3/pop3-server.js";
import type { Pop3ServerOptions } from "./pop3/pop3-server-options.js";
import type { AcceptedMessage } from "./smtp/delivery.js";
import { startSmtpServer } from "./smtp/smtp-server.js";
import type { SmtpServerOptions } from "./smtp/smtp-server-options.js";
import type { AccountOptions } from "./store/mail-account.js";
import { MailStore } from "./store/mail-store.js";

/** Who has mail there, and how each server behaves. */
export interface MailServersOptions {
  /** @defaultValue none; add them later by `store.addAccount` */
  readonly accounts?: readonly AccountOptions[];
  readonly imap?: ImapServerOptions;
  readonly pop3?: Pop3ServerOptions;
  readonly smtp?: SmtpServerOptions;
  /** From `createCertificates()`, such as flawed ones. @defaultValue new sound ones */
  readonly certificates?: Certificates;
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
  readonly pop3: MailServerPorts;
  readonly smtp: MailServerPorts & {
    /** What SMTP accepted so far, for other domains too. */
    readonly messages: readonly AcceptedMessage[];
  };
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
  const tls = options.certificates ?? (await createCertificates());
  const [imap, pop3, smtp] = await Promise.all([
    startImapServer({ store, tls, host, options: options.imap ?? {} }),
    startPop3Server({ store, tls, host, options: options.pop3 ?? {} }),
    startSmtpServer({ store, tls, host, options: options.smtp ?? {} }),
  ]);
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopped ??= Promise.all([imap.stop(), pop3.stop(), smtp.stop()]).then(() => {});
    return stopped;
  };
  return {
    host,
    ca: tls.ca,
    imap: { port: imap.port, tlsPort: imap.tlsPort },
    pop3: { port: pop3.port, tlsPort: pop3.tlsPort },
    smtp: { port: smtp.port, tlsPort: smtp.tlsPort, messages: smtp.messages },
    store,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
