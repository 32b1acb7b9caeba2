import { MessageWaiters, type WaitOptions } from "./arrivals/message-waiters.js";
import { type Certificates, createCertificates } from "./certificates/certificates.js";
import { type RunningImapServer, startImapServer } from "./imap/imap-server.js";
import type { ImapServerOptions } from "./imap/session/imap-server-options.js";
import { SessionLogs } from "./net/session-log.js";
import { type OptionNames, requireKnown, requireKnownOptions } from "./options/known-options.js";
import { type RunningPop3Server, startPop3Server } from "./pop3/pop3-server.js";
import type { Pop3ServerOptions } from "./pop3/pop3-server-options.js";
import { type ProfileName, profiles } from "./profiles/profiles.js";
import { type ServerProfile, withProfile } from "./profiles/server-profile.js";
import type { AcceptedMessage } from "./smtp/delivery.js";
import { type RunningSmtpServer, startSmtpServer } from "./smtp/smtp-server.js";
import type { SmtpServerOptions } from "./smtp/smtp-server-options.js";
import { Listeners } from "./store/listeners.js";
import type { AccountOptions } from "./store/mail-account.js";
import { MailStore } from "./store/mail-store.js";
import { ReportedErrors } from "./store/reported-errors.js";

/** Who has mail there, and how each server behaves. */
export interface MailServersOptions {
  /** @defaultValue none; add them later by `store.addAccount` */
  readonly accounts?: readonly AccountOptions[];
  /**
   * Takes any sender, recipient and credentials: an account is made when its name or address is first used, `+tag` in
   * an address is ignored, and SMTP asks for no login. @defaultValue false
   */
  readonly trap?: boolean;
  /** A known server that they behave like; what is given beside it goes before. @defaultValue none: by the standards */
  readonly profile?: ProfileName;
  readonly imap?: ImapServerOptions;
  readonly pop3?: Pop3ServerOptions;
  readonly smtp?: SmtpServerOptions;
  /** From `createCertificates()`, such as flawed ones. @defaultValue new sound ones */
  readonly certificates?: Certificates;
  /** Address to listen on. @defaultValue "127.0.0.1" */
  readonly host?: string;
  /** Lets the process end although servers run. @defaultValue false */
  readonly unref?: boolean;
}

const OPTION_NAMES: OptionNames<MailServersOptions> = {
  accounts: true,
  trap: true,
  profile: true,
  imap: true,
  pop3: true,
  smtp: true,
  certificates: true,
  host: true,
  unref: true,
};

/** Running servers; `await using` or `stop()` ends them and cuts every connection. */
export interface MailServers extends AsyncDisposable {
  readonly host: string;
  /** PEM of the authority that signed the servers' certificate: pass it as `tls.ca`. */
  readonly ca: string;
  readonly imap: RunningImapServer;
  readonly pop3: RunningPop3Server;
  readonly smtp: RunningSmtpServer;
  readonly store: MailStore;
  /** Calls `listener` for every message that SMTP accepted, for other domains too, until the returned function is called. */
  on(event: "message", listener: (message: AcceptedMessage) => void): () => void;
  /**
   * Resolves to the messages that SMTP accepted so far and that match, once there are `count` of them. Rejects with a
   * `MessageTimeoutError` that lists what did arrive, or with what a listener or hook of the test threw.
   */
  waitForMessages(options?: WaitOptions): Promise<AcceptedMessage[]>;
  /** What the sessions since the start or the last reset said, decrypted, without credentials; long ones are cut. */
  sessionLog(): string;
  /** Cuts the connections on which `user` is logged in, on all servers, or all connections; resolves to how many. */
  disconnect(user?: string): Promise<number>;
  /**
   * Back to the start, on the same ports: connections are cut, accounts and mail made anew, listeners and what SMTP
   * accepted forgotten, stopped servers started. Rejects with what a listener or hook of the test threw since.
   */
  reset(): Promise<void>;
  /** Cuts every connection and frees the ports. Rejects, when that is done, with what a listener or hook threw. */
  stop(): Promise<void>;
}

/**
 * Starts mail servers over one in-memory store, each on free ports. Nothing is shared with other
 * calls, so that suites can run side by side.
 */
export async function startMailServers(options: MailServersOptions = {}): Promise<MailServers> {
  requireKnownOptions(options, OPTION_NAMES, "startMailServers");
  const { host = "127.0.0.1", unref: isUnref = false } = options;
  const behaviour = resolveProfile(options);
  const errors = new ReportedErrors();
  const onError = (error: unknown): void => errors.report(error);
  const store = new MailStore(options.accounts, { isTrap: options.trap === true, onError });
  const tls = options.certificates ?? (await createCertificates());
  const arrivals = new Listeners<AcceptedMessage>(onError);
  const onAccepted = (message: AcceptedMessage): void => {
    arrivals.tell(message);
    waiters?.check();
  };
  let waiters: MessageWaiters | undefined;
  const logs = new SessionLogs();
  const shared = { store, tls, host, isUnref, logs };
  const { imap, pop3, smtp } = await startAll({
    imap: startImapServer({ ...shared, options: behaviour.imap }),
    pop3: startPop3Server({ ...shared, options: behaviour.pop3 }),
    smtp: startSmtpServer({ ...shared, options: behaviour.smtp, onAccepted }),
  });
  const waiting = new MessageWaiters(smtp.messages, errors);
  waiters = waiting;
  const servers = [imap, pop3, smtp];
  let stopped: Promise<unknown> | undefined;
  const stop = async (): Promise<void> => {
    stopped ??= Promise.all(servers.map((server) => server.stop()));
    await stopped;
    waiting.end("The servers were stopped");
    errors.rethrow();
  };
  return {
    host,
    ca: tls.ca,
    imap,
    pop3,
    smtp,
    store,
    on(event, listener) {
      if (event !== "message") throw new TypeError(`Unknown event: ${String(event)}`);
      return arrivals.add(listener);
    },
    waitForMessages: (wanted = {}) => waiting.wait(wanted),
    sessionLog: () => logs.toString(),
    async disconnect(user) {
      const cut = await Promise.all(servers.map((server) => server.disconnect(user)));
      return cut.reduce((sum, count) => sum + count, 0);
    },
    async reset() {
      if (stopped !== undefined) throw new Error("The servers are stopped");
      await Promise.all(servers.map((server) => server.disconnect()));
      arrivals.clear();
      logs.clear();
      store.reset();
      for (const server of servers) server.reset();
      await Promise.all(servers.map((server) => server.start()));
      waiting.end("The servers were reset");
      errors.rethrow();
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function resolveProfile(options: MailServersOptions): Required<ServerProfile> {
  const { profile } = options;
  if (profile === undefined) return withProfile({}, options);
  requireKnown([profile], Object.keys(profiles), "There is no profile");
  return withProfile(profiles[profile], options);
}

/** Waits for all; when one cannot start, such as on a port that is taken, the others are stopped. */
async function startAll(starting: {
  readonly imap: Promise<RunningImapServer>;
  readonly pop3: Promise<RunningPop3Server>;
  readonly smtp: Promise<RunningSmtpServer>;
}): Promise<{ imap: RunningImapServer; pop3: RunningPop3Server; smtp: RunningSmtpServer }> {
  const { imap, pop3, smtp } = starting;
  try {
    const [startedImap, startedPop3, startedSmtp] = await Promise.all([imap, pop3, smtp]);
    return { imap: startedImap, pop3: startedPop3, smtp: startedSmtp };
  } catch (error) {
    for (const outcome of await Promise.allSettled([imap, pop3, smtp])) {
      if (outcome.status === "fulfilled") await outcome.value.stop();
    }
    throw error;
  }
}
