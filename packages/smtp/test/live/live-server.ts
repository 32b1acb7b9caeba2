import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type EximServer, startExim } from "@mailwright/suite";
import { SmtpClient, type SmtpClientOptions } from "../../src/index.js";
import { ca, live, liveUser } from "./live-environment.js";

/** What a server may be asked to limit. */
type Limit = "connections" | "recipients" | "extensions";

/** A real server, as the cases that are the same on all of them see it. */
export interface LiveServer extends AsyncDisposable {
  /** A client that logs in by STARTTLS, unless the options say otherwise. */
  client(options?: Partial<SmtpClientOptions>): SmtpClient;
  /** TLS from the first byte. */
  readonly implicitTls: SmtpClientOptions["server"];
  readonly user: { readonly user: string; readonly password: string };
  /** Somebody whose mail is looked at, and somebody else. */
  readonly to: string;
  readonly other: string;
  /** Told by the server in these words: refused for good, for now, at first. */
  readonly recipients: Readonly<Record<"unknown" | "blocked" | "deferred" | "discarded", string>>;
  /** An address that is put off at first. */
  readonly greylisted: (tag: string) => string;
  readonly maxMessageBytes: number;
  /** What it does at DATA it does at the first BDAT as well. */
  readonly checksBeforeChunks: boolean;
  /** The files of the mailbox of `to` that hold this text, once there are `count` of them. */
  delivered(text: string, count?: number): Promise<Buffer[]>;
}

/** How to start a server; with a limit: 2 connections, 2 recipients, or none of the extensions that save round trips. */
export type StartServer = (limit?: Limit) => Promise<LiveServer>;

/** The Postfix of the live command, which hands its mail to Dovecot. */
export const startPostfix: StartServer = async (limit) => {
  const { user, password, address } = liveUser("oscar");
  const variant = { connections: "strict", recipients: "pair", extensions: "minimal" } as const;
  const port = limit === undefined ? live.smtp.port : (live.smtpVariants[variant[limit]]?.port ?? 0);
  const { unknown, blocked, alwaysDeferred: deferred, discarded, greylisted } = live.recipients;
  return {
    client: clientOf({ user, password, from: address, port, ca }),
    implicitTls: { host: "localhost", port: live.smtp.tlsPort, security: "tls", tls: { ca } },
    user: { user, password },
    to: liveUser("nina").address,
    other: address,
    recipients: { unknown, blocked, deferred, discarded },
    greylisted: (tag) => greylisted.replace("@", `+${tag}@`),
    maxMessageBytes: live.smtp.maxMessageBytes,
    checksBeforeChunks: true,
    delivered: (text, count) => filesWith(join(live.maildirRoot, "nina"), text, count),
    [Symbol.asyncDispose]: async () => {},
  };
};

/** An Exim of its own. */
export const startOwnExim: StartServer = async (limit) => {
  const exim = await startExim({
    ...(limit === "connections" ? { maxConnections: 2 } : {}),
    ...(limit === "recipients" ? { maxRecipients: 2 } : {}),
    ...(limit === "extensions" ? { chunking: false } : {}),
  });
  return liveExim(exim);
};

/** An Exim that runs. */
export function liveExim(exim: EximServer): LiveServer {
  const { user, password, port, tlsPort, ca: own } = exim;
  const at = (name: string): string => `${name}@example.test`;
  return {
    client: clientOf({ user, password, from: at(user), port, ca: own }),
    implicitTls: { host: "localhost", port: tlsPort, security: "tls", tls: { ca: own } },
    user: { user, password },
    to: at("bob"),
    other: at("carol"),
    recipients: {
      unknown: at("unknown"),
      blocked: at("blocked"),
      deferred: at("deferred"),
      discarded: "anybody@discard.test",
    },
    greylisted: (tag) => at(`greylisted-${tag}`),
    maxMessageBytes: 20 * 1024 * 1024,
    // `acl_smtp_predata` is for DATA alone.
    checksBeforeChunks: false,
    delivered: (text, count) => filesWith(join(exim.maildirRoot, "bob"), text, count),
    [Symbol.asyncDispose]: () => exim[Symbol.asyncDispose](),
  };
}

function clientOf(account: {
  readonly user: string;
  readonly password: string;
  readonly from: string;
  readonly port: number;
  readonly ca: string;
}): LiveServer["client"] {
  const { user, password, from, port, ca: authority } = account;
  return (options = {}) =>
    new SmtpClient({
      server: { host: "localhost", port, security: "starttls", tls: { ca: authority } },
      credentials: { user, password },
      from,
      retry: { attempts: 1 },
      ...options,
    });
}

async function filesWith(maildir: string, text: string, count = 1): Promise<Buffer[]> {
  for (let tries = 0; ; tries++) {
    const found = filesOf(maildir).filter((bytes) => bytes.includes(text));
    if (found.length >= count || tries === 150) return found;
    await sleep(100);
  }
}

function filesOf(maildir: string): Buffer[] {
  return ["new", "cur"].flatMap((folder) => {
    const path = join(maildir, folder);
    try {
      return readdirSync(path).map((name) => readFileSync(join(path, name)));
    } catch {
      return [];
    }
  });
}
