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

/** What the POP3 server offers and how it misbehaves. */
export interface Pop3ServerOptions extends ListenOptions {
  /** Neither announced nor served. @defaultValue none */
  readonly disable?: readonly Pop3Feature[];
  /** @defaultValue none: the server keeps to the standards */
  readonly quirks?: Pop3Quirks;
  /** Refuses every login before TLS and announces none. @defaultValue false */
  readonly requireTls?: boolean;
  /** Days after which mail may be deleted, as EXPIRE tells it; never done. @defaultValue "NEVER" */
  readonly expireDays?: number | "NEVER";
  /** Seconds between two logins of one user, announced and enforced when above 0. @defaultValue 0 */
  readonly loginDelaySeconds?: number;
  /** A client that says nothing for so long is cut off, and nothing is deleted (RFC 1939 §3). @defaultValue 10 minutes */
  readonly autologoutMs?: number;
}
