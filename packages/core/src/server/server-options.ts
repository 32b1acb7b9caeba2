import { isIP } from "node:net";
import type { ConnectionOptions } from "node:tls";
import { domainToASCII } from "node:url";
import { MailError, type MailProtocol } from "../errors/mail-error.js";

/** How the connection is protected; there is no "STARTTLS if the server happens to offer it". */
export type Security = "tls" | "starttls" | "none";

/** The TLS settings that make sense for mail; as in `node:tls`. TLS 1.2 is the least by default. */
export type TlsOptions = Pick<
  ConnectionOptions,
  | "ca"
  | "cert"
  | "key"
  | "passphrase"
  | "servername"
  | "rejectUnauthorized"
  | "minVersion"
  | "maxVersion"
  | "ciphers"
>;

/** Where a server is and how to talk to it. */
export interface ServerOptions {
  readonly host: string;
  /** @defaultValue the protocol's port for the kind of security */
  readonly port?: number | undefined;
  /**
   * `"starttls"` fails before credentials when the server does not offer it; `"none"` sends
   * credentials only to loopback addresses. @defaultValue "tls"
   */
  readonly security?: Security | undefined;
  readonly tls?: TlsOptions | undefined;
  /** Lets `"none"` send credentials in clear anywhere. @defaultValue false */
  readonly allowInsecureAuth?: boolean | undefined;
}

/** {@link ServerOptions} with every default filled in. */
export interface ResolvedServer {
  readonly host: string;
  readonly port: number;
  readonly security: Security;
  readonly tls: TlsOptions;
  readonly allowInsecureAuth: boolean;
}

/**
 * Checks the options and fills in the defaults: the protocol's port for the kind of security, TLS 1.2 at
 * least, the name that the certificate must hold. International names become ASCII, as DNS and TLS want
 * them. Throws `"invalid-argument"`.
 */
export function resolveServer(
  options: ServerOptions,
  ports: Readonly<Record<Security, number>>,
  protocol: MailProtocol,
): ResolvedServer {
  const invalid = (message: string): MailError =>
    new MailError(message, { code: "invalid-argument", protocol });
  if (typeof options !== "object" || options === null) {
    throw invalid("server is missing: { host, port?, security?, tls? }");
  }
  const { security = "tls", allowInsecureAuth = false } = options;
  const host = toAsciiHost(options.host);
  if (host === undefined) {
    throw invalid("server.host is not a host name or address (port and security are options beside it)");
  }
  if (!Object.hasOwn(ports, security)) throw invalid("server.security is none of tls, starttls, none");
  const port = options.port ?? ports[security];
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw invalid(`server.port ${port} is not a port number`);
  }
  const servername = options.tls?.servername ?? (isIP(host) === 0 ? host : undefined);
  const tls: TlsOptions = {
    minVersion: "TLSv1.2",
    ...options.tls,
    ...(servername === undefined ? {} : { servername }),
  };
  return { host, port, security, tls, allowInsecureAuth };
}

function toAsciiHost(host: unknown): string | undefined {
  if (typeof host !== "string" || !/^[^\s\p{Cc}]+$/u.test(host)) return undefined;
  if (/[:/?#@[\]]/.test(host) && isIP(host) === 0) return undefined;
  const isAscii = /^[!-~]+$/.test(host);
  const ascii = isAscii ? host : domainToASCII(host);
  return ascii === "" ? undefined : ascii;
}
