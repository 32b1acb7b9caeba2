import { readFileSync } from "node:fs";
import { ImapClient, type ImapClientOptions } from "../../src/index.js";

interface Ports {
  readonly port: number;
  readonly tlsPort: number;
}

interface Account {
  readonly user: string;
  readonly password: string;
}

interface LiveEnvironment {
  readonly host: string;
  readonly ca: string;
  readonly imap: Ports;
  readonly imapVariants: Readonly<Record<string, Ports>>;
  readonly cyrus?: Ports & { readonly variants: Readonly<Record<string, Ports>>; readonly admin: Account };
  readonly maildirRoot: string;
  readonly users: readonly (Account & { readonly accessToken: string; readonly expiredToken: string })[];
}

/** How a connection is protected. */
export type Security = "tls" | "starttls" | "none";

/** What is special about a client of a real server. */
export interface ConnectOptions extends Partial<Omit<ImapClientOptions, "server">> {
  /** @defaultValue "tls", where the server has it */
  readonly security?: Security;
  /** Whether the authority that signed the server's certificate counts. @defaultValue true */
  readonly isTrusted?: boolean;
}

/** What is special about a client of the live servers. */
export interface LiveClientOptions extends ConnectOptions {
  /** @defaultValue "dovecot" */
  readonly server?: "dovecot" | "cyrus" | undefined;
  /** The server with something switched off, limited or named otherwise. */
  readonly variant?: string | undefined;
  readonly withToken?: "accessToken" | "expiredToken";
}

/** A client of one of the live users, over TLS; throws when the suite is not run through `pnpm test:live`. */
export function liveClient(user: string, options: LiveClientOptions = {}): ImapClient {
  return new ImapClient(liveOptions(user, options));
}

/** What such a client is made from. */
export function liveOptions(user: string, options: LiveClientOptions = {}): ImapClientOptions {
  const live = readEnvironment();
  const { server = "dovecot", variant, security = "tls", isTrusted = true, withToken, ...rest } = options;
  const plain = server === "dovecot" ? live.imap : live.cyrus;
  const variants = server === "dovecot" ? live.imapVariants : live.cyrus?.variants;
  const ports = variant === undefined ? plain : variants?.[variant];
  if (ports === undefined) throw new Error(`There is no ${server} ${variant ?? ""}`);
  return {
    server: {
      host: live.host,
      port: security === "tls" ? ports.tlsPort : ports.port,
      security,
      tls: isTrusted ? { ca: readFileSync(live.ca) } : {},
    },
    credentials: credentialsOf(live, user, withToken),
    ...rest,
  };
}

/** Whether Cyrus was unpacked here; in CI its absence has failed before. */
export function hasCyrus(): boolean {
  return readEnvironment().cyrus !== undefined;
}

/** Where the mailboxes of Dovecot lie: one folder for each account. */
export function maildirRoot(): string {
  return readEnvironment().maildirRoot;
}

function readEnvironment(): LiveEnvironment {
  const json = process.env["MAILWRIGHT_LIVE"];
  if (json === undefined) throw new Error("MAILWRIGHT_LIVE is not set: run these suites by pnpm test:live");
  return JSON.parse(json);
}

function credentialsOf(
  live: LiveEnvironment,
  user: string,
  token: LiveClientOptions["withToken"],
): Account | { readonly user: string; readonly accessToken: string } {
  if (user === live.cyrus?.admin.user) return live.cyrus.admin;
  const account = live.users.find((candidate) => candidate.user === user);
  if (account === undefined) throw new Error(`There is no user ${user}`);
  return token === undefined ? { user, password: account.password } : { user, accessToken: account[token] };
}
