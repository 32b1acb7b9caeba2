import type { CredentialsSource } from "./credentials.js";
import type { HostPolicy } from "./host-policy.js";
import type { Logger } from "./logger.js";
import { MailError, type MailProtocol } from "./mail-error.js";
import type { RetryPolicy } from "./retry.js";
import type { ServerOptions } from "./server-options.js";
import type { Transcript } from "./transcript.js";

/** The options that every client has under the same name; each adds its `pool`, `timeouts` and `limits`. */
export interface ClientOptions {
  readonly server: ServerOptions;
  readonly credentials?: CredentialsSource | undefined;
  /** Parts of the policy to change; the rest stays at the client's default. */
  readonly retry?: Partial<RetryPolicy> | undefined;
  /** @defaultValue silent */
  readonly logger?: Logger | undefined;
  readonly hostPolicy?: HostPolicy | undefined;
  readonly transcript?: Transcript | undefined;
}

/** Throws `"invalid-argument"` for a client made without options, which callers without types may try. */
export function requireOptions(options: unknown, protocol: MailProtocol): void {
  if (typeof options === "object" && options !== null) return;
  const message = "options are missing: { server, credentials?, … }";
  throw new MailError(message, { code: "invalid-argument", protocol });
}
