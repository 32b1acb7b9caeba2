/** Where one protocol listens on loopback: in clear with STARTTLS/STLS on `port`, with TLS from the first byte on `tlsPort`. */
export interface ListenerPorts {
  readonly port: number;
  readonly tlsPort: number;
}

/** An account that exists on all servers; `address` is delivered into `<maildirRoot>/<user>`. */
export interface LiveUser {
  readonly user: string;
  readonly password: string;
  readonly address: string;
  /** For XOAUTH2 and OAUTHBEARER, good for a day. */
  readonly accessToken: string;
  /** Refused by every mechanism. */
  readonly expiredToken: string;
}

/** Addresses with a behaviour of their own. A `+tag` before the `@` keeps the behaviour and makes the address unique. */
export interface SpecialRecipients {
  /** Refused for good at RCPT: 550 5.1.1. */
  readonly unknown: string;
  /** Refused with 450 4.7.1 at first, accepted from about three seconds later on; delivered to peggy. */
  readonly greylisted: string;
  /** Refused with 451 4.3.0 at every RCPT. */
  readonly alwaysDeferred: string;
  /** Refused with 554 5.7.1 at every RCPT. */
  readonly blocked: string;
  /** Accepted by Postfix, refused by Dovecot behind it: comes back to the sender as a bounce with 5.1.1. */
  readonly bouncing: string;
  /** Accepted and thrown away, for sending in bulk. */
  readonly discarded: string;
}

/** The content of the environment variable `MAILWRIGHT_LIVE`, as JSON, that live suites read. */
export interface LiveEnvironment {
  readonly host: string;
  /** Path of the PEM file with the throwaway authority that signed every server's certificate. */
  readonly ca: string;
  readonly imap: ListenerPorts;
  readonly pop3: ListenerPorts;
  /** Absent when Postfix cannot run here: it needs root. */
  readonly smtp?: ListenerPorts & {
    /** LMTP of Dovecot: no authentication, one reply per recipient. */
    readonly lmtpPort: number;
    /** A message that is larger is refused with 552 5.3.4. */
    readonly maxMessageBytes: number;
  };
  /** Dovecot over the same mailboxes with something switched off or limited, by name. */
  readonly imapVariants: Readonly<Record<string, ListenerPorts>>;
  /** Absent where Cyrus was not unpacked. It has the same users as Dovecot, with mailboxes of its own, and no tokens. */
  readonly cyrus?: ListenerPorts & {
    /** Other ways to the same mailboxes, by name. */
    readonly variants: Readonly<Record<string, ListenerPorts>>;
    /** May set quotas and access rights of everybody. */
    readonly admin: { readonly user: string; readonly password: string };
  };
  /** Further listeners of the same Postfix, by name. */
  readonly smtpVariants: Readonly<Record<string, { readonly port: number }>>;
  readonly users: readonly LiveUser[];
  readonly recipients: SpecialRecipients;
  /** Maildirs by user name; the files hold CRLF, byte for byte what IMAP and POP3 serve. */
  readonly maildirRoot: string;
}
