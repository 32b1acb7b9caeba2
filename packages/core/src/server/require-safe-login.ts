import { MailError, type MailProtocol } from "../errors/mail-error.js";
import { isLoopback } from "./dial.js";
import { isIndirect, type ResolvedServer } from "./server-options.js";

/** The connection that a login is about to go over. */
export interface LoginConnection {
  readonly server: Pick<ResolvedServer, "host" | "allowInsecureAuth" | "proxy" | "connect">;
  /** The IP address that it was made to. */
  readonly address: string;
  readonly isEncrypted: boolean;
  readonly protocol: MailProtocol;
  readonly connectionId?: string | undefined;
}

/**
 * Asked before the first credential: throws `"forbidden"` unless the connection is encrypted, goes to this
 * machine itself without anyone on the way, or the caller allowed credentials in clear.
 */
export function requireSafeLogin(connection: LoginConnection): void {
  const { server, address, isEncrypted, protocol, connectionId } = connection;
  if (isEncrypted || server.allowInsecureAuth || (isLoopback(address) && !isIndirect(server))) return;
  const message = `Credentials are not sent to ${server.host} in clear (server.allowInsecureAuth would allow it)`;
  throw new MailError(message, { code: "forbidden", protocol, phase: "auth", connectionId });
}
