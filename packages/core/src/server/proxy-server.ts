import { MailError, type MailProtocol } from "../errors/mail-error.js";

/** A user of a proxy. */
export interface ProxyCredentials {
  readonly user: string;
  readonly password: string;
}

const PORTS = { socks5: 1080, http: 80 } as const;
/** RFC 1929 §2 counts each in one octet. */
const MAX_CREDENTIAL_BYTES = 255;

/** Where a proxy is and how it is spoken to. Shows its credentials nowhere. */
export class ProxyServer {
  readonly kind: keyof typeof PORTS;
  readonly host: string;
  readonly port: number;
  readonly #credentials: ProxyCredentials | undefined;

  private constructor(kind: keyof typeof PORTS, url: URL) {
    this.kind = kind;
    this.host = url.hostname.replace(/^\[|\]$/g, "");
    this.port = Number(url.port) || PORTS[kind];
    this.#credentials = credentialsOf(url);
  }

  /** Throws `"invalid-argument"` without repeating the URL, which may hold a password. */
  static parse(text: unknown, protocol: MailProtocol): ProxyServer {
    const url = typeof text === "string" && URL.canParse(text) ? new URL(text) : undefined;
    const kind = url?.protocol === "socks5:" ? "socks5" : url?.protocol === "http:" ? "http" : undefined;
    const isBare = url !== undefined && url.pathname.length <= 1 && url.search === "" && url.hash === "";
    if (kind !== undefined && isBare && url.hostname !== "" && areUsable(url))
      return new ProxyServer(kind, url);
    const message =
      "server.proxy is socks5://host:1080 or http://host:8080, with user:password@ before the host if asked";
    throw new MailError(message, { code: "invalid-argument", protocol });
  }

  get credentials(): ProxyCredentials | undefined {
    return this.#credentials;
  }
}

function credentialsOf({ username, password }: URL): ProxyCredentials | undefined {
  if (username === "") return undefined;
  return { user: decodeURIComponent(username), password: decodeURIComponent(password) };
}

function areUsable(url: URL): boolean {
  try {
    const { user, password } = credentialsOf(url) ?? { user: "", password: "" };
    return [user, password].every((text) => Buffer.byteLength(text) <= MAX_CREDENTIAL_BYTES);
  } catch {
    return false;
  }
}
