import { type HostPolicy, type Logger, type PoolKey, silentLogger, type Transcript } from "@mailwright/core";
import { accountKey, CredentialsResolver, guardLogger } from "@mailwright/core/internal";
import type { ImapAuthMethod, ImapClientOptions, ResolvedImapOptions } from "../imap-options.js";

/** Everything that opening connections of one account takes. */
export interface ImapAccount {
  readonly options: ResolvedImapOptions;
  /** Tells accounts apart; the credentials themselves are only in the resolver, where nothing shows them. */
  readonly key: PoolKey;
  readonly resolver: CredentialsResolver | undefined;
  readonly hostPolicy: HostPolicy | undefined;
  readonly logger: Logger;
  readonly transcript: Transcript | undefined;
  readonly authMethod: ImapAuthMethod | undefined;
  readonly clientInfo: Readonly<Record<string, string>>;
  readonly compress: boolean;
}

/** The account of a client's options. */
export function toImapAccount(options: ImapClientOptions, resolved: ResolvedImapOptions): ImapAccount {
  const { credentials, hostPolicy, logger = silentLogger, transcript, authMethod } = options;
  return {
    options: resolved,
    key: accountKey(resolved.server, credentials, hostPolicy),
    resolver: credentials === undefined ? undefined : new CredentialsResolver(credentials),
    hostPolicy,
    logger: guardLogger(logger),
    transcript,
    authMethod,
    clientInfo: options.clientInfo ?? { name: "mailwright" },
    compress: options.compress ?? false,
  };
}
