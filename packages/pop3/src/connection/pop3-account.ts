import type { HostPolicy, Logger, Transcript } from "@mailwright/core";
import type { CredentialsResolver, Redactor, ResolvedServer } from "@mailwright/core/internal";
import type { Pop3AuthMethod, ResolvedPop3Limits, ResolvedPop3Timeouts } from "../pop3-limits.js";
import type { RememberedCapabilities } from "./remembered-capabilities.js";

/** Everything it takes to open a session of one account; options with every default filled in. */
export interface Pop3Account {
  readonly server: ResolvedServer;
  /** `undefined` connects without login: enough to ask what the server can do. */
  readonly credentials: CredentialsResolver | undefined;
  readonly authMethod: Pop3AuthMethod | undefined;
  /** `undefined`: where it is offered. */
  readonly utf8: boolean | undefined;
  readonly language: string | undefined;
  readonly timeouts: ResolvedPop3Timeouts;
  readonly limits: ResolvedPop3Limits;
  readonly logger: Logger;
  readonly redactor: Redactor;
  readonly hostPolicy: HostPolicy | undefined;
  readonly transcript: Transcript | undefined;
  readonly remembered: RememberedCapabilities;
}
