import type { MailError } from "../errors/mail-error.js";
import type { Security } from "../server/server-options.js";

/** What `testConnection()` found out; a failure is data here, for a settings page. */
export interface ConnectionReport {
  readonly ok: boolean;
  readonly host: string;
  readonly port: number;
  readonly security: Security;
  /** TLS protocol and cipher in use, such as `TLSv1.3`. */
  readonly tls?: { readonly version: string; readonly cipher: string } | undefined;
  /** As the server names them, after login. */
  readonly capabilities: readonly string[];
  readonly authMechanisms: readonly string[];
  /** Milliseconds per phase: `connect`, `tls`, `auth`, …, and `total`. */
  readonly latencyMs: Readonly<Record<string, number>>;
  /** Why it failed, when not `ok`. */
  readonly error?: MailError | undefined;
}
