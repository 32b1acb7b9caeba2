import type { Security, ServerOptions } from "@mailwright/core";
import { UsageError } from "./usage-error.js";

/**
 * Reads a server's address as the command line has it: `imaps://host:993` speaks TLS from the start,
 * `imap://host:143` demands STARTTLS, `imap+plain://localhost:143` neither.
 */
export function parseServerUrl(
  protocol: "imap" | "pop3" | "smtp",
  address: string,
  ca?: string,
): ServerOptions {
  const found = /^(?<scheme>[a-z0-9+]+):\/\/(?<rest>[^/?#]+)\/?$/i.exec(address)?.groups;
  const scheme = found?.["scheme"]?.toLowerCase();
  const rest = found?.["rest"] ?? "";
  const security = scheme === undefined ? undefined : schemes(protocol)[scheme];
  if (security === undefined) {
    const known = Object.keys(schemes(protocol)).map((name) => `${name}://host[:port]`);
    throw new UsageError(`--${protocol} ${rest.includes("@") ? "…" : address}: expected ${known.join(", ")}`);
  }
  if (rest.includes("@"))
    throw new UsageError(`--${protocol}: credentials go into the environment, not into the address`);
  const { hostname, port } = readHost(protocol, rest);
  const tls = ca === undefined ? {} : { tls: { ca } };
  return { host: hostname, security, ...(port === "" ? {} : { port: Number(port) }), ...tls };
}

function schemes(protocol: string): Readonly<Record<string, Security>> {
  return { [`${protocol}s`]: "tls", [protocol]: "starttls", [`${protocol}+plain`]: "none" };
}

function readHost(protocol: string, rest: string): { hostname: string; port: string } {
  try {
    const { hostname, port } = new URL(`tcp://${rest}`);
    return { hostname: hostname.replace(/^\[|\]$/g, ""), port };
  } catch {
    throw new UsageError(`--${protocol}: ${rest} is no host and port`);
  }
}
