import type { ListenOptions } from "../../net/running-server.js";
import type { ImapCapability } from "./imap-capabilities.js";
import type { ImapQuirks } from "./imap-quirks.js";

/** A command that a client has sent. */
export interface ImapClientCommand {
  /** In capitals, with UID where it has one: `UID FETCH`. */
  readonly name: string;
  /** As it came, without tag and name; `{n}` stands for a literal. */
  readonly arguments: string;
  /** Who is logged in. */
  readonly user: string | undefined;
}

/** What the IMAP server offers and how it misbehaves. */
export interface ImapServerOptions extends ListenOptions {
  /** Capabilities that are neither announced nor served. @defaultValue none */
  readonly disable?: readonly ImapCapability[];
  /** @defaultValue none: the server keeps to the standards */
  readonly quirks?: ImapQuirks;
  /**
   * Called for every command; a text is sent as its answer in place of the real one, such as
   * `NO [INUSE] Try again later`, and the command has no effect. `BYE …` is sent untagged and ends
   * the connection. `undefined` lets the server do its work.
   */
  readonly answer?: (command: ImapClientCommand) => string | undefined;
  /** Refuse logins on a plain connection before STARTTLS (LOGINDISABLED). @defaultValue false */
  readonly requireTls?: boolean;
  /** Largest message that APPEND takes; told as APPENDLIMIT. @defaultValue 64 MiB */
  readonly maxLiteralBytes?: number;
  /** Longest command without its literals. @defaultValue 1 MiB */
  readonly maxLineBytes?: number;
  /** A client that says nothing for so long is sent BYE. @defaultValue 30 minutes (RFC 3501 §5.4) */
  readonly autologoutMs?: number;
}
