import { MailError, type MailErrorCode, type MailProtocol } from "../errors/mail-error.js";

/** Where a proxy is to connect to. */
export interface ProxyTarget {
  /** A name, which the proxy resolves, or an address. */
  readonly host: string;
  readonly port: number;
  readonly protocol: MailProtocol;
  readonly connectionId: string;
}

/** Only what concerns the target's address leaves another address a chance. */
export function proxyRefusal(
  { host, port, ...who }: ProxyTarget,
  code: MailErrorCode,
  text: string,
): MailError {
  const isOfTarget = code === "connection";
  return new MailError(`The proxy ${text} (${host}:${port})`, {
    ...who,
    code,
    phase: isOfTarget ? "connect" : "proxy",
    retryable: isOfTarget,
    connectionBroken: true,
  });
}
