import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { Credentials, ServerOptions } from "@mailwright/core";
import { parseServerUrl } from "../terminal/server-url.js";
import { UsageError } from "../terminal/usage-error.js";

/** A server and who logs in there. */
export interface Endpoint {
  readonly server: ServerOptions;
  readonly credentials: Credentials;
}

/** What the demo runs against; a protocol that is absent is left out of the tour. */
export interface DemoOptions {
  readonly imap?: Endpoint | undefined;
  readonly pop3?: Endpoint | undefined;
  readonly smtp?: Endpoint | undefined;
  readonly from?: string | undefined;
  readonly to: readonly string[];
  /** The one folder to sync; all without it. */
  readonly folder?: string | undefined;
  /** How long a server may take until it has let us in. */
  readonly connectTimeoutMs: number;
  /** How long to wait until the message that was sent arrives. */
  readonly arrivalTimeoutMs: number;
}

/** What `--help` prints. */
export const USAGE = `
Without a verb: a mailbox with a page to look at, on mail servers of its own in this process, until Ctrl-C.

demo --once [options]: a tour of the library in the terminal, on such servers or on those that the options name.

  --imap ADDRESS    imaps://host[:port] (TLS) or imap://host[:port] (STARTTLS)
  --pop3 ADDRESS    pop3s://… or pop3://…
  --smtp ADDRESS    smtps://… or smtp://…
  --from ADDRESS    who sends; the user's name when that is an address
  --to ADDRESS      a recipient; may be given several times; nothing is sent without one
  --folder NAME     sync this folder only, instead of all
  --ca FILE         a certificate authority to trust, in PEM
  --timeout SECONDS how long a server may take to let us in (default 15)
  --wait SECONDS    how long to wait for the message to arrive (default 60)

serve is the mailbox for accounts of yours: its page and API are at MAILWRIGHT_HOST and MAILWRIGHT_PORT (127.0.0.1,
8025), its data in MAILWRIGHT_DATA (./data), or in the PostgreSQL that DATABASE_URL names.

Credentials come from the environment: MAILWRIGHT_USER with MAILWRIGHT_PASSWORD or
MAILWRIGHT_ACCESS_TOKEN; MAILWRIGHT_IMAP_USER, MAILWRIGHT_SMTP_PASSWORD, … for one protocol only.
The scheme imap+plain:// (pop3+plain, smtp+plain) uses no TLS; credentials then go to this machine only.
`;

/** Reads the command line; `undefined` means that no server was named. Throws {@link UsageError}. */
export function parseDemoOptions(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): DemoOptions | "help" | undefined {
  const values = readArguments(argv);
  if (values.help === true) return "help";
  const ca = values.ca === undefined ? undefined : readCa(values.ca);
  const endpoint = (protocol: "imap" | "pop3" | "smtp"): Endpoint | undefined => {
    const address = values[protocol];
    if (address === undefined) return undefined;
    return {
      server: parseServerUrl(protocol, address, ca),
      credentials: readCredentials(protocol, environment),
    };
  };
  const [imap, pop3, smtp] = [endpoint("imap"), endpoint("pop3"), endpoint("smtp")];
  if (imap === undefined && pop3 === undefined && smtp === undefined) {
    if (argv.length > 0)
      throw new UsageError("Name at least one server with --imap, --pop3 or --smtp (see --help)");
    return undefined;
  }
  const arrivalTimeoutMs = readSeconds("wait", values.wait ?? "60");
  const connectTimeoutMs = readSeconds("timeout", values.timeout ?? "15");
  const user = smtp?.credentials.user;
  const from = values.from ?? (user?.includes("@") === true ? user : undefined);
  const { to = [], folder } = values;
  return { imap, pop3, smtp, from, to, folder, arrivalTimeoutMs, connectTimeoutMs };
}

interface Arguments {
  readonly [name: string]: string | boolean | string[] | undefined;
  readonly imap?: string;
  readonly pop3?: string;
  readonly smtp?: string;
  readonly from?: string;
  readonly to?: string[];
  readonly ca?: string;
  readonly folder?: string;
  readonly wait?: string;
  readonly timeout?: string;
  readonly help?: boolean;
}

function readArguments(argv: readonly string[]): Arguments {
  const one = { type: "string" } as const;
  const options = {
    imap: one,
    pop3: one,
    smtp: one,
    from: one,
    to: { type: "string", multiple: true },
    ca: one,
    folder: one,
    wait: one,
    timeout: one,
    help: { type: "boolean", short: "h" },
  } as const;
  try {
    return parseArgs({ args: [...argv], options, strict: true }).values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)} (see --help)`);
  }
}

function readSeconds(name: string, value: string): number {
  const seconds = Number(value);
  if (!(seconds > 0 && seconds <= 86_400))
    throw new UsageError(`--${name} ${value}: expected a number of seconds`);
  return seconds * 1_000;
}

function readCa(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError(`--ca ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function readCredentials(
  protocol: string,
  environment: Readonly<Record<string, string | undefined>>,
): Credentials {
  const read = (name: string): string | undefined =>
    environment[`MAILWRIGHT_${protocol.toUpperCase()}_${name}`] ?? environment[`MAILWRIGHT_${name}`];
  const [user, password, accessToken] = [read("USER"), read("PASSWORD"), read("ACCESS_TOKEN")];
  if (user === undefined)
    throw new UsageError(`Set MAILWRIGHT_USER (or MAILWRIGHT_${protocol.toUpperCase()}_USER)`);
  if (accessToken !== undefined) return { user, accessToken };
  if (password !== undefined) return { user, password };
  throw new UsageError("Set MAILWRIGHT_PASSWORD or MAILWRIGHT_ACCESS_TOKEN");
}
