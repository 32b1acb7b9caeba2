import { readFileSync } from "node:fs";
import { ImapClient, type ImapClientOptions } from "../../src/index.js";

interface LiveEnvironment {
  readonly host: string;
  readonly ca: string;
  readonly imap: { readonly port: number; readonly tlsPort: number };
  readonly imapVariants: Readonly<Record<string, { readonly port: number; readonly tlsPort: number }>>;
  readonly users: readonly {
    readonly user: string;
    readonly password: string;
    readonly accessToken: string;
    readonly expiredToken: string;
  }[];
}

/** What is special about a client of the live servers. */
export interface LiveClientOptions extends Partial<ImapClientOptions> {
  /** A Dovecot without some capabilities. */
  readonly variant?: string;
  readonly withToken?: "accessToken" | "expiredToken";
}

/** A client of one of the live users, over TLS; throws when the suite is not run through `pnpm test:live`. */
export function liveClient(user: string, options: LiveClientOptions = {}): ImapClient {
  const json = process.env["MAILWRIGHT_LIVE"];
  if (json === undefined) throw new Error("MAILWRIGHT_LIVE is not set: run these suites by pnpm test:live");
  const live: LiveEnvironment = JSON.parse(json);
  const { variant, withToken, ...rest } = options;
  const ports = variant === undefined ? live.imap : live.imapVariants[variant];
  const account = live.users.find((candidate) => candidate.user === user);
  if (ports === undefined || account === undefined) throw new Error(`No server ${variant} or user ${user}`);
  const { password } = account;
  return new ImapClient({
    server: { host: live.host, port: ports.tlsPort, tls: { ca: readFileSync(live.ca) } },
    credentials: withToken === undefined ? { user, password } : { user, accessToken: account[withToken] },
    ...rest,
  });
}
