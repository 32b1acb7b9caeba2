import type { CredentialsSource } from "../credentials/credentials.js";
import { MailError, type MailProtocol } from "../errors/mail-error.js";
import type { Logger } from "../observe/logger.js";
import type { Transcript } from "../observe/transcript.js";
import type { RetryPolicy } from "../retry/retry.js";
import type { HostPolicy } from "../server/host-policy.js";
import type { ServerOptions } from "../server/server-options.js";

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
