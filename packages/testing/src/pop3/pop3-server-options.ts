import type { ListenOptions } from "../net/running-server.js";
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
