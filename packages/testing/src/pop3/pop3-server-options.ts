import type { ListenOptions } from "../net/running-server.js";
import { type OptionNames, requireKnown, requireKnownOptions } from "../options/known-options.js";

/** What a POP3 server can be without: capabilities of RFC 2449 and others, APOP, CAPA itself, and SASL mechanisms. */
export type Pop3Feature =
  | "APOP"
  | "AUTH-RESP-CODE"
  | "CAPA"
  | "EXPIRE"
  | "IMPLEMENTATION"
  | "LANG"
  | "LOGIN-DELAY"
  | "PIPELINING"
  | "RESP-CODES"
  | "SASL"
  | "STLS"
  | "TOP"
  | "UIDL"
  | "USER"
  | "UTF8"
  | "PLAIN"
  | "LOGIN"
  | "CRAM-MD5"
  | "XOAUTH2"
  | "OAUTHBEARER"
  | "SCRAM-SHA-256"
  | "SCRAM-SHA-256-PLUS";

/** Ways in which real POP3 servers deviate. Each is off unless named. */
export interface Pop3Quirks {
  /** Commands that are already there when one is answered are thrown away, as servers without PIPELINING may do. */
  readonly dropPipelinedInput?: boolean;
  /** UIDL gives every message the same id (Cyrus after a reconstruct). */
  readonly duplicateUidls?: boolean;
  /** UIDL leaves these message numbers out. */
  readonly omitUidls?: readonly number[];
  /** The id that UIDL gives to the message of a UID, in place of the server's own. */
  readonly uidlOf?: (uid: number) => string;
  /** UIDL is refused with `[SYS/TEMP]`, as of now or whenever the function says so. */
  readonly refuseUidl?: boolean | (() => boolean);
  /** Lines that start with a dot are sent as they are, so that a lone dot ends a message early. */
  readonly omitDotStuffing?: boolean;
  /** The ids of UIDL differ in every session. */
  readonly changingUidls?: boolean;
  /** RETR and TOP of these message numbers are refused with `[SYS/TEMP]`. */
  readonly refuseRetrieval?: readonly number[];
  /** QUIT removes nothing and says so: `-ERR [SYS/TEMP]` (RFC 1939 §6). */
  readonly failUpdate?: boolean;
  /** Every size in STAT and LIST is 0 (servers that do not want to read the mail). */
  readonly zeroSizes?: boolean;
  /** A message with 8-bit headers is refused with `[UTF8]` unless the client said UTF8 (RFC 6856 §5). */
  readonly refuseUtf8WithoutMode?: boolean;
  /**
   * A message with 8-bit headers comes inside of another one, different at each fetch, unless the client said UTF8
   * (Courier).
   */
  readonly wrapUtf8WithoutMode?: boolean;
  /** Connections above this number are greeted with `-ERR [SYS/TEMP]` and closed. */
  readonly maxConnections?: number;
}

/** A command that a client has sent. */
export interface Pop3ClientCommand {
  /** In capitals. */
  readonly name: string;
  /** As it came. */
  readonly arguments: string;
  /** Who is logged in. */
  readonly user: string | undefined;
}

/** What a hook has the server say; without `status` and `close` the real answer follows. */
export interface Pop3Answer {
  /** Sent before anything else, as they are. @defaultValue none */
  readonly before?: readonly string[];
  /** `+OK …` or `-ERR …`, in place of the real answer. @defaultValue the real answer */
  readonly status?: string;
  /** What follows the status; dots are stuffed and the terminator is added. @defaultValue a reply of one line */
  readonly lines?: readonly string[];
  /** Cuts the connection after what is said. @defaultValue false */
  readonly close?: boolean;
}

/** A text is the status line; `"drop"` ends the connection without a word. */
export type MaybePop3Answer = string | Pop3Answer | undefined;

/** What of a POP3 server can change while it runs; quirks of what is listed hold from the next login on. */
export type Pop3Behaviour = Pick<Pop3ServerOptions, "answer" | "quirks">;

/** What the POP3 server offers and how it misbehaves. */
export interface Pop3ServerOptions extends ListenOptions {
  /** Neither announced nor served. @defaultValue none */
  readonly disable?: readonly Pop3Feature[];
  /** @defaultValue none: the server keeps to the standards */
  readonly quirks?: Pop3Quirks;
  /**
   * Called for every command; what it returns is said in place of the real answer, or before it, and a promise makes the
   * client wait. `undefined` lets the server do its work, and so does an error, which comes out of the next
   * `waitForMessages`, `reset` or `stop`.
   */
  readonly answer?: (command: Pop3ClientCommand) => MaybePop3Answer | Promise<MaybePop3Answer>;
  /** Refuses every login before TLS and announces none. @defaultValue false */
  readonly requireTls?: boolean;
  /** Days after which mail may be deleted, as EXPIRE tells it; never done. @defaultValue "NEVER" */
  readonly expireDays?: number | "NEVER";
  /** Seconds between two logins of one user, announced and enforced when above 0. @defaultValue 0 */
  readonly loginDelaySeconds?: number;
  /** A client that says nothing for so long is cut off, and nothing is deleted (RFC 1939 §3). @defaultValue 10 minutes */
  readonly autologoutMs?: number;
}

const pop3ServerOptionNames: OptionNames<Pop3ServerOptions> = {
  disable: true,
  quirks: true,
  answer: true,
  requireTls: true,
  expireDays: true,
  loginDelaySeconds: true,
  autologoutMs: true,
  port: true,
  tlsPort: true,
};

const pop3QuirkNames: OptionNames<Pop3Quirks> = {
  dropPipelinedInput: true,
  duplicateUidls: true,
  omitUidls: true,
  uidlOf: true,
  refuseUidl: true,
  omitDotStuffing: true,
  changingUidls: true,
  refuseRetrieval: true,
  failUpdate: true,
  zeroSizes: true,
  refuseUtf8WithoutMode: true,
  wrapUtf8WithoutMode: true,
  maxConnections: true,
};

const pop3FeatureNames: OptionNames<Record<Pop3Feature, true>> = {
  APOP: true,
  "AUTH-RESP-CODE": true,
  CAPA: true,
  EXPIRE: true,
  IMPLEMENTATION: true,
  LANG: true,
  "LOGIN-DELAY": true,
  PIPELINING: true,
  "RESP-CODES": true,
  SASL: true,
  STLS: true,
  TOP: true,
  UIDL: true,
  USER: true,
  UTF8: true,
  PLAIN: true,
  LOGIN: true,
  "CRAM-MD5": true,
  XOAUTH2: true,
  OAUTHBEARER: true,
  "SCRAM-SHA-256": true,
  "SCRAM-SHA-256-PLUS": true,
};

/** Throws a `TypeError` for what is misspelt. */
export function requirePop3Options(options: Pop3ServerOptions): void {
  requireKnownOptions(options, pop3ServerOptionNames, "pop3");
  requireKnownOptions(options.quirks ?? {}, pop3QuirkNames, "pop3.quirks");
  requireKnown(options.disable ?? [], Object.keys(pop3FeatureNames), "The POP3 server has no feature");
}
