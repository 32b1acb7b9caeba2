import type { ListenOptions } from "../../net/running-server.js";
import { type OptionNames, requireKnown, requireKnownOptions } from "../../options/known-options.js";
import { type ImapCapability, imapCapabilityNames } from "./imap-capabilities.js";
import { type ImapQuirks, imapQuirkNames } from "./imap-quirks.js";

/** A command that a client has sent. */
export interface ImapClientCommand {
  /** In capitals, with UID where it has one: `UID FETCH`. */
  readonly name: string;
  /** As it came, without tag and name; `{n}` stands for a literal. */
  readonly arguments: string;
  /** Who is logged in. */
  readonly user: string | undefined;
}

/** What a hook has the server say. */
export interface ImapAnswer {
  /** Sent first, each as an untagged response: `3 EXISTS`. @defaultValue none */
  readonly untagged?: readonly string[];
  /** In place of the real answer, which then has no effect: `NO [INUSE] Try again later`. @defaultValue the real answer */
  readonly tagged?: string;
  /** Cuts the connection after what is said; the command has no effect. @defaultValue false */
  readonly close?: boolean;
}

/**
 * A text is the tagged answer, or with `BYE …` an untagged one that ends the connection; `"drop"` ends it without a word.
 */
export type MaybeImapAnswer = string | ImapAnswer | undefined;

/** What of an IMAP server can change while it runs. */
export type ImapBehaviour = Pick<ImapServerOptions, "answer" | "quirks">;

/** What the IMAP server offers and how it misbehaves. */
export interface ImapServerOptions extends ListenOptions {
  /** Capabilities that are neither announced nor served. @defaultValue none */
  readonly disable?: readonly ImapCapability[];
  /**
   * Capabilities that are offered on request only, as clients that see them speak otherwise: IMAP4rev2, UTF8=ACCEPT,
   * COMPRESS=DEFLATE, XLIST, and AUTH=SCRAM-SHA-256-PLUS over TLS. With IMAP4rev1 disabled besides, sessions are IMAP4rev2 from
   * the start. @defaultValue none
   */
  readonly enable?: readonly ImapCapability[];
  /** @defaultValue none: the server keeps to the standards */
  readonly quirks?: ImapQuirks;
  /**
   * Called for every command; what it returns is said in place of the real answer, or before it, and a promise makes the
   * client wait. `undefined` lets the server do its work, and so does an error, which comes out of the next
   * `waitForMessages`, `reset` or `stop`.
   */
  readonly answer?: (command: ImapClientCommand) => MaybeImapAnswer | Promise<MaybeImapAnswer>;
  /** Refuse logins on a plain connection before STARTTLS (LOGINDISABLED). @defaultValue false */
  readonly requireTls?: boolean;
  /** Largest message that APPEND takes; told as APPENDLIMIT. @defaultValue 64 MiB */
  readonly maxLiteralBytes?: number;
  /** Longest command without its literals. @defaultValue 1 MiB */
  readonly maxLineBytes?: number;
  /** A client that says nothing for so long is sent BYE. @defaultValue 30 minutes (RFC 3501 §5.4) */
  readonly autologoutMs?: number;
}

const imapServerOptionNames: OptionNames<ImapServerOptions> = {
  disable: true,
  enable: true,
  quirks: true,
  answer: true,
  requireTls: true,
  maxLiteralBytes: true,
  maxLineBytes: true,
  autologoutMs: true,
  port: true,
  tlsPort: true,
};

/** Throws a `TypeError` for what is misspelt. */
export function requireImapOptions(options: ImapServerOptions): void {
  requireKnownOptions(options, imapServerOptionNames, "imap");
  requireKnownOptions(options.quirks ?? {}, imapQuirkNames, "imap.quirks");
  const named = [...(options.disable ?? []), ...(options.enable ?? [])];
  requireKnown(named, imapCapabilityNames, "The IMAP server has no capability");
}
