import type { ListenOptions } from "../net/running-server.js";
import { type OptionNames, requireKnown, requireKnownOptions } from "../options/known-options.js";
import { type SmtpAnswers, smtpAnswerNames } from "./smtp-answers.js";
import { type SmtpQuirks, smtpQuirkNames } from "./smtp-quirks.js";

/** What an SMTP server can be without: extensions, and AUTH mechanisms. */
export type SmtpFeature =
  | "8BITMIME"
  | "AUTH"
  | "CHUNKING"
  | "DSN"
  | "ENHANCEDSTATUSCODES"
  | "PIPELINING"
  | "REQUIRETLS"
  | "SIZE"
  | "SMTPUTF8"
  | "STARTTLS"
  | "PLAIN"
  | "LOGIN"
  | "CRAM-MD5"
  | "XOAUTH2"
  | "OAUTHBEARER"
  | "SCRAM-SHA-256"
  | "SCRAM-SHA-256-PLUS";

/** What the SMTP server offers and how it answers. */
export interface SmtpServerOptions extends ListenOptions {
  /** Neither announced nor served; without SIZE the limit is still kept. @defaultValue none */
  readonly disable?: readonly SmtpFeature[];
  /** Replies of your choice. @defaultValue none: every known recipient and every message is accepted */
  readonly answers?: SmtpAnswers;
  /** Misbehaviour of real servers. @defaultValue none: the server keeps to the standards */
  readonly quirks?: SmtpQuirks;
  /** Refuses MAIL before AUTH with 530. Never with LMTP. @defaultValue `true` */
  readonly requireAuth?: boolean;
  /** Refuses AUTH before TLS with 538. @defaultValue `false` */
  readonly requireTls?: boolean;
  /** Larger messages are refused with 552 5.3.4. @defaultValue 25 MiB */
  readonly maxMessageBytes?: number;
  /** Further recipients of a message are refused with 452 4.5.3. @defaultValue unlimited */
  readonly maxRecipients?: number;
  /** Further connections are greeted with 421 and closed. @defaultValue unlimited */
  readonly maxConnections?: number;
  /** Speaks LMTP (RFC 2033): a reply for each recipient after the final dot. @defaultValue `false` */
  readonly lmtp?: boolean;
  /** A client that says nothing for so long is sent 421. @defaultValue 5 minutes */
  readonly idleTimeoutMs?: number;
}

const smtpServerOptionNames: OptionNames<SmtpServerOptions> = {
  disable: true,
  answers: true,
  quirks: true,
  requireAuth: true,
  requireTls: true,
  maxMessageBytes: true,
  maxRecipients: true,
  maxConnections: true,
  lmtp: true,
  idleTimeoutMs: true,
  port: true,
  tlsPort: true,
};

const smtpFeatureNames: OptionNames<Record<SmtpFeature, true>> = {
  "8BITMIME": true,
  AUTH: true,
  CHUNKING: true,
  DSN: true,
  ENHANCEDSTATUSCODES: true,
  PIPELINING: true,
  REQUIRETLS: true,
  SIZE: true,
  SMTPUTF8: true,
  STARTTLS: true,
  PLAIN: true,
  LOGIN: true,
  "CRAM-MD5": true,
  XOAUTH2: true,
  OAUTHBEARER: true,
  "SCRAM-SHA-256": true,
  "SCRAM-SHA-256-PLUS": true,
};

/** Throws a `TypeError` for what is misspelt. */
export function requireSmtpOptions(options: SmtpServerOptions): void {
  requireKnownOptions(options, smtpServerOptionNames, "smtp");
  requireKnownOptions(options.quirks ?? {}, smtpQuirkNames, "smtp.quirks");
  requireKnownOptions(options.answers ?? {}, smtpAnswerNames, "smtp.answers");
  requireKnown(options.disable ?? [], Object.keys(smtpFeatureNames), "The SMTP server has no feature");
}
