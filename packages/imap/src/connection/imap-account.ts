import type { HostPolicy, Logger, PoolKey, Transcript } from "@mailwright/core";
import { type CredentialsResolver, OpeningKey } from "@mailwright/core/internal";
import type { ImapAuthMethod, ResolvedImapOptions } from "../imap-limits.js";

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

/** Names an account's place in a pool, and holds what it takes to log in; shows nothing of it. */
export type ImapPoolKey = OpeningKey<ImapAccount>;

/** Clients of one account share connections only when they would open, and use, the same ones. */
export function createPoolKey(account: ImapAccount): ImapPoolKey {
  const { options, authMethod, clientInfo, compress, transcript } = account;
  const { timeouts, limits } = options;
  const settings = { authMethod, clientInfo, compress, transcript, timeouts, limits };
  return new OpeningKey(account.key, account, settings);
}
