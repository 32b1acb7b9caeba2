import { readFileSync } from "node:fs";
import { SmtpClient, type SmtpClientOptions } from "../../src/index.js";

/** What the live command passes in `MAILWRIGHT_LIVE`, as far as this suite uses it. */
interface LiveEnvironment {
  readonly host: string;
  readonly ca: string;
  readonly smtp: {
    readonly port: number;
    readonly tlsPort: number;
    readonly lmtpPort: number;
    readonly maxMessageBytes: number;
  };
  readonly smtpVariants: Readonly<Record<string, { readonly port: number }>>;
  readonly users: readonly LiveUser[];
  readonly recipients: Readonly<
    Record<"unknown" | "greylisted" | "alwaysDeferred" | "blocked" | "discarded", string>
  >;
  readonly maildirRoot: string;
}

interface LiveUser {
  readonly user: string;
  readonly password: string;
  readonly address: string;
  readonly accessToken: string;
  readonly expiredToken: string;
}

const json = process.env["MAILWRIGHT_LIVE"];
if (json === undefined) throw new Error("Live suites run through `pnpm test:live`");

export const live: LiveEnvironment = JSON.parse(json) as LiveEnvironment;

export const ca: string = readFileSync(live.ca, "utf8");

export function liveUser(name: string): LiveUser {
  const found = live.users.find(({ user }) => user === name);
  if (found === undefined) throw new Error(`The live servers have no user ${name}`);
  return found;
}

/** A client of the submission port (STARTTLS and AUTH), unless the options say otherwise. */
export function liveClient(name: string, options: Partial<SmtpClientOptions> = {}): SmtpClient {
  const { user, password, address } = liveUser(name);
  return new SmtpClient({
    server: { host: "localhost", port: live.smtp.port, security: "starttls", tls: { ca } },
    credentials: { user, password },
    from: address,
    retry: { attempts: 1 },
    ...options,
  });
}
