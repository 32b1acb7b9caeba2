import type { ImapCapability } from "./imap-capabilities.js";
import type { ImapQuirks } from "./imap-quirks.js";

/** What the IMAP server offers and how it misbehaves. */
export interface ImapServerOptions {
  /** Capabilities that are neither announced nor served. @defaultValue none */
  readonly disable?: readonly ImapCapability[];
  /** @defaultValue none: the server keeps to the standards */
  readonly quirks?: ImapQuirks;
  /** Refuse logins on a plain connection before STARTTLS (LOGINDISABLED). @defaultValue false */
  readonly requireTls?: boolean;
  /** Largest message that APPEND takes; told as APPENDLIMIT. @defaultValue 64 MiB */
  readonly maxLiteralBytes?: number;
  /** Longest command without its literals. @defaultValue 1 MiB */
  readonly maxLineBytes?: number;
  /** A client that says nothing for so long is sent BYE. @defaultValue 30 minutes (RFC 3501 §5.4) */
  readonly autologoutMs?: number;
}
