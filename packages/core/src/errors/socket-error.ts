import { MailError, type MailProtocol } from "./mail-error.js";

/** Where a socket failed. */
export interface SocketErrorContext {
  readonly protocol: MailProtocol;
  readonly phase: string;
  readonly host: string;
  readonly port: number;
  readonly connectionId?: string | undefined;
  /** Whether repeating what was going on is harmless. @defaultValue true in phases up to login, else false */
  readonly retryable?: boolean | undefined;
}

const DNS = /^(ENOTFOUND|EAI_)/;
const REFUSED = "ECONNREFUSED";
const TLS =
  /^(ERR_TLS|ERR_SSL|EPROTO|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_OSSL|HOSTNAME_MISMATCH|INVALID_CA)/;
const BEFORE_LOGIN = new Set(["proxy", "connect", "greeting", "tls", "starttls", "capability"]);

/** Turns an error of `node:net`, `node:tls` or `node:dns` into a `MailError` that tells what to do. */
export function fromSocketError(error: Error, context: SocketErrorContext): MailError {
  const { protocol, phase, host, port, connectionId } = context;
  const where = `${host}:${port}`;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const retryable = context.retryable ?? BEFORE_LOGIN.has(phase);
  const details = { protocol, phase, connectionId, connectionBroken: true, cause: error };
  if (TLS.test(code)) {
    const message = `${where} could not be trusted: ${certificateProblem(code, error.message)}`;
    return new MailError(message, { ...details, code: "tls", retryable: false });
  }
  if (DNS.test(code)) {
    return new MailError(`Unknown host ${host}`, {
      ...details,
      code: "dns",
      retryable: code === "EAI_AGAIN",
    });
  }
  if (code === REFUSED) {
    const message = `${where} refused the connection: nothing listens there, or a firewall forbids it`;
    return new MailError(message, { ...details, code: "connection", retryable });
  }
  const message = `The connection to ${where} failed (${phase}): ${code === "" ? error.message : code}`;
  return new MailError(message, { ...details, code: "connection", retryable });
}

/** For a connection that the server ended, politely or not, while an answer was due. */
export function connectionClosed(context: SocketErrorContext): MailError {
  const { protocol, phase, host, port, connectionId } = context;
  const retryable = context.retryable ?? BEFORE_LOGIN.has(phase);
  const message = `${host}:${port} closed the connection (${phase})`;
  return new MailError(message, {
    code: "connection",
    protocol,
    phase,
    connectionId,
    retryable,
    connectionBroken: true,
  });
}

function certificateProblem(code: string, message: string): string {
  if (code === "CERT_HAS_EXPIRED") return "its certificate has expired";
  if (code === "CERT_NOT_YET_VALID") return "its certificate is not valid yet";
  if (code === "DEPTH_ZERO_SELF_SIGNED_CERT")
    return "its certificate is self-signed (pass its CA as server.tls.ca)";
  if (code === "SELF_SIGNED_CERT_IN_CHAIN" || code.startsWith("UNABLE_TO")) {
    return "its certificate comes from an unknown authority (pass the CA as server.tls.ca)";
  }
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    const names = namesInCertificate(message);
    return `its certificate is for another name${names.length === 0 ? "" : `: ${names.join(", ")}`}`;
  }
  if (/wrong version number|packet length too long/i.test(message)) {
    return 'it does not speak TLS on this port (try security: "starttls")';
  }
  return `the TLS handshake failed (${code})`;
}

/** The first names that Node's message about a wrong name lists: who is on the other side chose them. */
function namesInCertificate(message: string): string[] {
  const [, list = ""] = /cert's (?:altnames|list): (.*)$/.exec(message) ?? [];
  const names = [...list.matchAll(/(?<=^|, )(?:DNS:|IP Address:)?([\w.*:-]{1,253})(?=,|$)/g)];
  return names.slice(0, 3).map(([, name = ""]) => name);
}
