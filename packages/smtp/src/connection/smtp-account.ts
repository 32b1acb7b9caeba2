import {
  accountKey,
  CredentialsResolver,
  type HostPolicy,
  type Logger,
  type PoolKey,
  Redactor,
  type ResolvedServer,
  type Transcript,
} from "@mailwright/core";
import type { AuthMethod, ResolvedSmtpOptions, ResolvedSmtpTimeouts } from "../smtp-options.js";

/** Everything that opening a connection for one client takes. */
export interface SmtpAccount {
  readonly server: ResolvedServer;
  readonly credentials: CredentialsResolver | undefined;
  readonly authMethod: AuthMethod | undefined;
  readonly clientName: string | undefined;
  readonly lmtp: boolean;
  readonly timeouts: ResolvedSmtpTimeouts;
  readonly redactor: Redactor;
  readonly hostPolicy: HostPolicy | undefined;
  readonly logger: Logger;
  readonly transcript: Transcript | undefined;
  /** Connections open or being opened just now. */
  connections: number;
  /** The server has not taken it ill that a message begins behind the dot of another. */
  mayOverlap: boolean;
}

/** Names the connections of one account, and says how to open one. */
export interface SmtpPoolKey extends PoolKey {
  readonly account: SmtpAccount;
}

/** The pool key of a client: equal for clients whose connections are interchangeable. */
export function smtpPoolKey(options: ResolvedSmtpOptions): SmtpPoolKey {
  const { server, credentials, hostPolicy, authMethod, clientName, lmtp } = options;
  const base = accountKey(server, credentials, hostPolicy);
  const redactor = new Redactor();
  if (credentials !== undefined && typeof credentials !== "function") redactor.addCredentials(credentials);
  const account: SmtpAccount = {
    server,
    credentials: credentials === undefined ? undefined : new CredentialsResolver(credentials),
    authMethod,
    clientName,
    lmtp,
    timeouts: options.timeouts,
    redactor,
    hostPolicy,
    logger: options.logger,
    transcript: options.transcript,
    connections: 0,
    mayOverlap: true,
  };
  const id = JSON.stringify([base.id, lmtp, authMethod ?? "", clientName ?? ""]);
  const key = { ...base, id };
  // Not enumerable: what prints a pool key shows no account.
  return Object.defineProperty({ ...key, account }, "account", { value: account, enumerable: false });
}
