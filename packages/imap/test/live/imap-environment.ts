import { readFileSync } from "node:fs";
import { ImapClient, type ImapClientOptions } from "../../src/index.js";

/** Where the live servers are; set by `pnpm test:live`. */
interface LiveEnvironment {
  readonly host: string;
  readonly ca: string;
  readonly imap: { readonly port: number; readonly tlsPort: number };
  readonly imapVariants: Readonly<Record<string, { readonly port: number; readonly tlsPort: number }>>;
  readonly users: readonly { readonly user: string; readonly password: string; readonly address: string }[];
  readonly maildirRoot: string;
}

/** Reads the servers' addresses; throws when the suite is not run through `pnpm test:live`. */
export function liveEnvironment(): LiveEnvironment {
  const json = process.env["MAILWRIGHT_LIVE"];
  if (json === undefined) throw new Error("MAILWRIGHT_LIVE is not set: run these suites by pnpm test:live");
  return JSON.parse(json) as LiveEnvironment;
}

/** A client of one of the live users, over TLS. */
export function liveClient(
  userIndex: number,
  options: Partial<ImapClientOptions> & { readonly variant?: string } = {},
): ImapClient {
  const live = liveEnvironment();
  const { variant, ...rest } = options;
  const ports = variant === undefined ? live.imap : live.imapVariants[variant];
  const account = live.users[userIndex];
  if (ports === undefined || account === undefined) throw new Error(`No ${variant} or user ${userIndex}`);
  return new ImapClient({
    server: { host: live.host, port: ports.tlsPort, tls: { ca: readFileSync(live.ca) } },
    credentials: { user: account.user, password: account.password },
    ...rest,
  });
}
