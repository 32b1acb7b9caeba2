import type { Provider, ProviderServer } from "../provider.js";

/** TLS from the first byte. */
export function tls(host: string, port: number): ProviderServer {
  return { host, port, security: "tls" };
}

/** Upgraded by STARTTLS before anything is said. */
export function starttls(host: string, port: number): ProviderServer {
  return { host, port, security: "starttls" };
}

/** The usual ports with TLS from the first byte: 993, 995 and 465. */
export function onUsualPorts(
  imap: string,
  pop3: string,
  smtp: string,
): Pick<Provider, "imap" | "pop3" | "smtp"> {
  return { imap: tls(imap, 993), pop3: tls(pop3, 995), smtp: tls(smtp, 465) };
}
