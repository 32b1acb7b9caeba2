import type { SecureContext } from "node:tls";
import type { MailStore } from "../store/mail-store.js";
import type { Pop3Capabilities } from "./capabilities.js";
import type { MaildropLocks } from "./login.js";
import type { Pop3ServerOptions } from "./pop3-server-options.js";

/** What all sessions of one POP3 server share. */
export interface Pop3SessionContext {
  readonly store: MailStore;
  readonly options: Pop3ServerOptions;
  readonly capabilities: Pop3Capabilities;
  readonly locks: MaildropLocks;
  readonly secureContext: SecureContext;
  /** PEM of the server's certificate, for channel binding. */
  readonly certificate: string;
}
