import type { HostPolicy, Logger, Transcript } from "@mailwright/core";
import type { CredentialsResolver, OpeningKey, Redactor, ResolvedServer } from "@mailwright/core/internal";
import type { ResolvedSmtpTimeouts, SmtpAuthMethod } from "../smtp-limits.js";
import type { Chunking } from "./chunking.js";

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
  /** Whether messages go in chunks, and what was learned of that. */
  readonly chunking: Chunking;
}

/** Names the connections of one account, and says how to open one. */
export type SmtpPoolKey = OpeningKey<SmtpAccount>;
