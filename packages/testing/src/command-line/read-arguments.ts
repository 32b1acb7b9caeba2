import { parseArgs } from "node:util";
import { type ProfileName, profiles } from "../profiles/profiles.js";
import type { MailServersOptions } from "../start-mail-servers.js";

/** What the command line asks for. */
export interface CommandLine {
  readonly servers: MailServersOptions;
  /** Port of the HTTP API and the page; `undefined` without one. */
  readonly httpPort: number | undefined;
  /** Where the authority's certificate is written. */
  readonly caFile: string | undefined;
  /** Prints one line of JSON per event instead of text. */
  readonly isJson: boolean;
  readonly isHelp: boolean;
}

/** Arguments that make no sense; the text is for the person who typed them. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** What `--help` prints. */
export const USAGE: string = `Usage: npx @mailwright/testing [options]

Mail servers in memory, for tests in any language and for people. Without --user they take any
sender, recipient and credentials.

  --imap PORT, --imaps PORT     IMAP, plain with STARTTLS and with TLS (default: free ports)
  --pop3 PORT, --pop3s PORT     POP3
  --smtp PORT, --smtps PORT     SMTP
  --http PORT                   HTTP API and page to look at what arrived
  --user NAME:PASSWORD          an account; may be repeated
  --trap                        any credentials and addresses besides
  --profile NAME                ${Object.keys(profiles).join(", ")}
  --host ADDRESS                to listen on (default: 127.0.0.1)
  --ca-file FILE                writes the certificate authority to trust
  --json                        prints JSON, a line for each event
  --help
`;

const PORT = { type: "string" } as const;
const OPTIONS = {
  imap: PORT,
  imaps: PORT,
  pop3: PORT,
  pop3s: PORT,
  smtp: PORT,
  smtps: PORT,
  http: PORT,
  user: { type: "string", multiple: true },
  trap: { type: "boolean" },
  profile: { type: "string" },
  host: { type: "string" },
  "ca-file": { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

/** Reads the arguments behind the program's name; throws a {@link UsageError}. */
export function readArguments(args: readonly string[]): CommandLine {
  const { user: users = [], trap = users.length === 0, profile, host, ...given } = parse(args);
  const accounts = users.map(toAccount);
  return {
    servers: {
      accounts,
      trap,
      imap: ports(given.imap, given.imaps),
      pop3: ports(given.pop3, given.pop3s),
      smtp: ports(given.smtp, given.smtps),
      ...(profile === undefined ? {} : { profile: toProfile(profile) }),
      ...(host === undefined ? {} : { host }),
    },
    httpPort: toPort(given.http),
    caFile: given["ca-file"],
    isJson: given.json === true,
    isHelp: given.help === true,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function toAccount(text: string): { user: string; password: string } {
  const colon = text.indexOf(":");
  if (colon < 1) throw new UsageError(`--user wants NAME:PASSWORD, not ${text}`);
  return { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

function toProfile(name: string): ProfileName {
  if (isProfile(name)) return name;
  throw new UsageError(`There is no profile ${name}; there are ${Object.keys(profiles).join(", ")}`);
}

function isProfile(name: string): name is ProfileName {
  return Object.hasOwn(profiles, name);
}

function ports(plain: string | undefined, secure: string | undefined): { port?: number; tlsPort?: number } {
  const [port, tlsPort] = [toPort(plain), toPort(secure)];
  return { ...(port === undefined ? {} : { port }), ...(tlsPort === undefined ? {} : { tlsPort }) };
}

function toPort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port < 65_536) return port;
  throw new UsageError(`No port: ${text}`);
}
