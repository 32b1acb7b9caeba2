import type { InferResponseType } from "hono/client";
import type { Account } from "../api/answers.js";
import type { client } from "../api/client.js";

/** What is known of an address's provider. */
export type Provider = InferResponseType<typeof client.providers.$get, 200>["items"][number];

/** An account as it is typed. */
export interface AccountValues {
  readonly name: string;
  readonly address: string;
  readonly password: string;
  readonly kind: "imap" | "pop3";
  /** How much of the mail that is there comes here. */
  readonly period: keyof typeof PERIOD_NAMES;
  readonly host: string;
  readonly port: string;
  readonly security: "tls" | "starttls" | "none";
  /** The name to log in with; the address, where nothing is typed. */
  readonly user: string;
  /** Where mail goes out, as `host:port`; empty for an account that only reads. */
  readonly outgoing: string;
  readonly outgoingSecurity: "tls" | "starttls" | "none";
}

/** How much mail is read at first, as people choose it. */
export const PERIOD_NAMES = {
  all: "All of it",
  year: "Of the last year",
  quarter: "Of the last 90 days",
  month: "Of the last 30 days",
} as const;
const PERIOD_DAYS = { all: undefined, year: 365, quarter: 90, month: 30 } as const;

/** How connections are protected, as people choose it. */
export const SECURITY_NAMES: Readonly<Record<AccountValues["security"], string>> = {
  tls: "TLS from the start",
  starttls: "STARTTLS",
  none: "None (only in a trusted network)",
};

const PORTS = { imap: { tls: "993", other: "143" }, pop3: { tls: "995", other: "110" } } as const;
const SUBMISSION_PORTS = { tls: 465, starttls: 587, none: 25 } as const;
const HOST_AND_PORT = /^(.+?)(?::(\d+))?$/;
const COLOURS = ["#2f6fdb", "#b3541e", "#1c7a45", "#8a3ffc", "#b3261e", "#00707a"] as const;

/** Nothing typed yet. */
export const EMPTY_VALUES: AccountValues = {
  name: "",
  address: "",
  password: "",
  kind: "imap",
  period: "all",
  host: "",
  port: "993",
  security: "tls",
  user: "",
  outgoing: "",
  outgoingSecurity: "tls",
};

/** What an account has, to be changed; its password is never shown. */
export function valuesOf({ name, address, kind, incoming, outgoing }: Account): AccountValues {
  const { host, port, security, user } = incoming;
  const sends = outgoing === null ? {} : fromOutgoing(outgoing);
  return { ...EMPTY_VALUES, name, address, kind, host, port: String(port), security, user, ...sends };
}

/** The servers of a provider, for the kind that was chosen or the one that the provider has. */
export function withProvider(values: AccountValues, provider: Provider): AccountValues {
  const kind = provider[values.kind] === undefined && provider.imap !== undefined ? "imap" : values.kind;
  const server = provider[kind];
  if (server === undefined) return values;
  const sends = provider.smtp === undefined ? {} : fromOutgoing(provider.smtp);
  return {
    ...values,
    kind,
    host: server.host,
    port: String(server.port),
    security: server.security,
    ...sends,
  };
}

function fromOutgoing({ host, port, security }: Omit<NonNullable<Account["outgoing"]>, "user">) {
  return { outgoing: `${host}:${port}`, outgoingSecurity: security };
}

/** The same with another kind or protection, and the port that goes with it unless another one was typed. */
export function withPort(values: AccountValues, change: Partial<AccountValues>): AccountValues {
  const next = { ...values, ...change };
  const isUsual = values.port === usualPort(values);
  return isUsual ? { ...next, port: usualPort(next) } : next;
}

/** What is tried, and stored when it works. */
export function toAccount(values: AccountValues, index: number) {
  const { address, kind, period } = values;
  return {
    name: values.name.trim() === "" ? address : values.name.trim(),
    address,
    colour: COLOURS[index % COLOURS.length] ?? COLOURS[0],
    kind,
    incoming: toServer(values),
    ...toOutgoing(values),
    // POP3 does not tell how old a message is.
    ...(kind === "imap" && { syncDays: PERIOD_DAYS[period] }),
    secret: { incoming: { password: values.password } },
  };
}

/** Where the mail comes from. */
export function toServer({ host, port, security, user, address }: AccountValues) {
  return {
    host: host.trim(),
    port: Number(port),
    security,
    user: user.trim() === "" ? address : user.trim(),
  };
}

/** Where the mail goes out, by the same login; nothing where nothing is typed. */
export function toOutgoing(values: AccountValues) {
  const [, host = "", port = ""] = HOST_AND_PORT.exec(values.outgoing.trim()) ?? [];
  if (host === "") return {};
  const security = values.outgoingSecurity;
  const { user } = toServer(values);
  return {
    outgoing: { host, port: port === "" ? SUBMISSION_PORTS[security] : Number(port), security, user },
  };
}

function usualPort({ kind, security }: AccountValues): string {
  return PORTS[kind][security === "tls" ? "tls" : "other"];
}
