import type { CredentialsSource } from "../credentials/credentials.js";
import { MailError, type MailProtocol } from "../errors/mail-error.js";
import type { Logger } from "../observe/logger.js";
import type { Transcript } from "../observe/transcript.js";
import type { RetryPolicy } from "../retry/retry.js";
import type { HostPolicy } from "../server/host-policy.js";
import type { ServerOptions } from "../server/server-options.js";
import { requireKnownNames } from "./known-names.js";

/** The options that every client has under the same name; each adds its `pool`, `timeouts` and `limits`. */
export interface ClientOptions {
  readonly server: ServerOptions;
  readonly credentials?: CredentialsSource | undefined;
  /** Parts of the policy to change; the rest stays at the client's default. */
  readonly retry?: { readonly [Name in keyof RetryPolicy]?: RetryPolicy[Name] | undefined } | undefined;
  /** @defaultValue silent */
  readonly logger?: Logger | undefined;
  readonly hostPolicy?: HostPolicy | undefined;
  readonly transcript?: Transcript | undefined;
}

/** What every asynchronous method of every client takes. */
export interface OperationOptions {
  /** Aborts the operation, also while it waits in a queue or for a retry; it rejects with `"aborted"`. */
  readonly signal?: AbortSignal | undefined;
  /** Wall-clock limit in milliseconds for the whole call, retries included; it rejects with `"timeout"`. */
  readonly timeoutMs?: number | undefined;
}

const COMMON: Readonly<Record<keyof ClientOptions, true>> = {
  server: true,
  credentials: true,
  retry: true,
  logger: true,
  hostPolicy: true,
  transcript: true,
};
const SERVER: Readonly<Record<keyof ServerOptions, true>> = {
  host: true,
  port: true,
  security: true,
  tls: true,
  allowInsecureAuth: true,
  proxy: true,
  connect: true,
};
/**
 * Throws `"invalid-argument"` for a client made without options, which callers without types may try, and for
 * names that are neither among these nor the client's own: what is misspelt would silently not happen.
 */
export function requireOptions(
  options: unknown,
  protocol: MailProtocol,
  own?: Readonly<Record<string, true>>,
): void {
  if (typeof options !== "object" || options === null) {
    const message = "options are missing: { server, credentials?, … }";
    throw new MailError(message, { code: "invalid-argument", protocol });
  }
  if (own === undefined) return;
  requireKnownNames(options, Object.keys({ ...COMMON, ...own }), { option: "", protocol });
  const server = "server" in options ? options.server : undefined;
  if (server !== undefined) requireKnownNames(server, Object.keys(SERVER), { option: "server", protocol });
}
