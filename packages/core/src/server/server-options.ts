import { isIP, type Socket } from "node:net";
import type { ConnectionOptions } from "node:tls";
import { domainToASCII } from "node:url";
import { MailError, type MailProtocol } from "../errors/mail-error.js";
import { ProxyServer } from "./proxy-server.js";

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
  /**
   * A proxy to go through: `socks5://host:1080` or `http://host:8080` (CONNECT), with `user:password@` before the host
   * where it asks for them. The proxy resolves the server's name, unless a host policy has to see the addresses.
   */
  readonly proxy?: string | undefined;
  /** Makes the sockets in the place of this library, through a tunnel of one's own say; TLS is still ours. */
  readonly connect?: ConnectHook | undefined;
}

/** Where a socket of one's own is to go. */
export interface ConnectTarget {
  /** The name of the server; with a host policy one of the addresses that it allowed, which must not be resolved anew. */
  readonly host: string;
  readonly port: number;
}

/**
 * Connects in clear. When the signal fires nobody waits any more: destroy what there is. What it throws counts as a
 * connection that failed, unless it is a `MailError`; the library destroys the socket in the end.
 */
export type ConnectHook = (target: ConnectTarget, signal: AbortSignal) => Promise<Socket>;

/** {@link ServerOptions} with every default filled in. */
export interface ResolvedServer {
  readonly host: string;
  readonly port: number;
  readonly security: Security;
  readonly tls: TlsOptions;
  readonly allowInsecureAuth: boolean;
  readonly proxy?: ProxyServer | undefined;
  readonly connect?: ConnectHook | undefined;
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
  return { host, port, security, tls, allowInsecureAuth, ...routeOf(options, protocol) };
}

/** Whether somebody else makes the connection, who also resolves the name and is on the way. */
export function isIndirect(server: Pick<ResolvedServer, "proxy" | "connect">): boolean {
  return server.proxy !== undefined || server.connect !== undefined;
}

function routeOf({ proxy, connect }: ServerOptions, protocol: MailProtocol): Partial<ResolvedServer> {
  if (proxy === undefined && connect === undefined) return {};
  const isHook = typeof connect === "function";
  if (connect !== undefined && (!isHook || proxy !== undefined)) {
    const message = isHook
      ? "server.proxy and server.connect exclude each other"
      : "server.connect is a function";
    throw new MailError(message, { code: "invalid-argument", protocol });
  }
  return isHook ? { connect } : { proxy: ProxyServer.parse(proxy, protocol) };
}

function toAsciiHost(host: unknown): string | undefined {
  if (typeof host !== "string" || !/^[^\s\p{Cc}]+$/u.test(host)) return undefined;
  if (/[:/?#@[\]]/.test(host) && isIP(host) === 0) return undefined;
  const isAscii = /^[!-~]+$/.test(host);
  const ascii = isAscii ? host : domainToASCII(host);
  return ascii === "" ? undefined : ascii;
}
