/** Where one protocol of a provider is; fits the option `server` of each client. */
export interface ProviderServer {
  readonly host: string;
  readonly port: number;
  readonly security: "tls" | "starttls";
}

/** What a user of a provider logs in with; an app password is made in the account's settings for one program. */
export type ProviderLogin = "oauth" | "app-password" | "password" | "api-key";

/** So many in so much time; fits the `RateLimit` of `@mailwright/core`. */
export interface ProviderRate {
  readonly limit: number;
  readonly intervalMs: number;
}

/** What one account may do. What nobody has told is left out: it is not without limit. */
export interface ProviderLimits {
  /** IMAP connections at once. */
  readonly imapConnections?: number | undefined;
  /** SMTP connections at once. */
  readonly smtpConnections?: number | undefined;
  /** Recipients of one message. */
  readonly maxRecipients?: number | undefined;
  /** Fits the option `rateLimits` of `SmtpClient`. */
  readonly rateLimits?:
    | { readonly messages?: ProviderRate | undefined; readonly recipients?: ProviderRate | undefined }
    | undefined;
}

/** What is known about a mail provider, as of November 2026. */
export interface Provider {
  /** Such as `"gmail"`. */
  readonly id: string;
  readonly name: string;
  /** Domains of its own addresses, in lower case; the domains of its customers are not among them. */
  readonly domains: readonly string[];
  readonly imap?: ProviderServer | undefined;
  readonly pop3?: ProviderServer | undefined;
  readonly smtp?: ProviderServer | undefined;
  /** In the order to offer them. */
  readonly logins: readonly ProviderLogin[];
  /** The provider's own page about making an app password. */
  readonly appPasswordHelp?: string | undefined;
  readonly limits: ProviderLimits;
  /** For `watch()` of `ImapClient`: the provider ends an IDLE that is longer. */
  readonly renewMs?: number | undefined;
  /**
   * The provider files what it sends in the Sent folder by itself: a copy of one's own would be a second one.
   * `undefined` where that depends on the account or is not known.
   */
  readonly filesSentMail?: boolean | undefined;
  /** Public pages that hosts, ports, logins and limits were read from; `note` says what no page said. */
  readonly sources: readonly string[];
  readonly note?: string | undefined;
}
