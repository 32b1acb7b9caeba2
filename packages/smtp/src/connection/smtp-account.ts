import type { HostPolicy, Logger, Transcript } from "@mailwright/core";
import type { CredentialsResolver, OpeningKey, Redactor, ResolvedServer } from "@mailwright/core/internal";
import type { ResolvedSmtpTimeouts, SmtpAuthMethod } from "../smtp-limits.js";

/** Everything that opening a connection for one client takes. */
export interface SmtpAccount {
  readonly server: ResolvedServer;
  readonly credentials: CredentialsResolver | undefined;
  readonly authMethod: SmtpAuthMethod | undefined;
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
export type SmtpPoolKey = OpeningKey<SmtpAccount>;
