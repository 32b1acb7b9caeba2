import type { ImapServerOptions } from "../imap/session/imap-server-options.js";
import type { Pop3ServerOptions } from "../pop3/pop3-server-options.js";
import type { SmtpServerOptions } from "../smtp/smtp-server-options.js";

/** Options of the three servers. */
export interface ServerProfile {
  readonly imap?: ImapServerOptions;
  readonly pop3?: Pop3ServerOptions;
  readonly smtp?: SmtpServerOptions;
}

/** The options of a profile with those that were given over them; of `quirks` and `answers` each member counts. */
export function withProfile(profile: ServerProfile, given: ServerProfile): Required<ServerProfile> {
  return {
    imap: {
      ...profile.imap,
      ...given.imap,
      quirks: { ...profile.imap?.quirks, ...given.imap?.quirks },
    },
    pop3: {
      ...profile.pop3,
      ...given.pop3,
      quirks: { ...profile.pop3?.quirks, ...given.pop3?.quirks },
    },
    smtp: {
      ...profile.smtp,
      ...given.smtp,
      quirks: { ...profile.smtp?.quirks, ...given.smtp?.quirks },
    },
  };
}
