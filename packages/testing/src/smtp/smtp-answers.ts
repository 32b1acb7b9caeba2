import type { OptionNames } from "../options/known-options.js";

/** One reply, in place of what the server would have said. */
export interface SmtpReply {
  /** Three digits; 421 also closes the connection, as RFC 5321 §3.8 asks for. */
  readonly code: number;
  /** Class, subject and detail, e.g. `"5.1.1"`; written on each line. @defaultValue none */
  readonly enhancedCode?: string;
  /** One line, or several for a multi-line reply. @defaultValue `""` */
  readonly text?: string | readonly string[];
  /** Closes the connection after the reply. @defaultValue `false`, except with code 421 */
  readonly close?: boolean;
}

/**
 * A reply; `"drop"`, which ends the connection without a word; or, after the final dot only, `"store-and-drop"`,
 * which accepts the message first: the sender cannot know.
 */
export type SmtpAnswer = SmtpReply | "drop" | "store-and-drop";

/** `undefined` lets the server go on as usual; a promise lets it wait. */
export type MaybeAnswer = SmtpAnswer | undefined | Promise<SmtpAnswer | undefined>;

/** Who is on the other side when an answer is chosen. */
export interface SmtpPeer {
  /** Counted from 1 over the life of the server, both ports together. */
  readonly connection: number;
  /** Number of the mail transaction on its connection, from 1. */
  readonly transaction: number;
  readonly isSecure: boolean;
  /** Name of the account that is logged in. */
  readonly user: string | undefined;
}

/** A message as the client sent it, before the final dot is answered. */
export interface IncomingMessage {
  /** Empty for the null sender. */
  readonly mailFrom: string;
  readonly recipients: readonly string[];
  /** Dot-stuffing undone, otherwise as it came. */
  readonly raw: Buffer;
}

/**
 * Chooses replies command by command. Commands that the protocol forbids at that point, or whose syntax is wrong, are
 * answered by the server itself for `mail` and `rcpt`; the others are asked first.
 */
export interface SmtpAnswers {
  /** In place of the greeting; anything but 2xx ends the connection. */
  connect?(peer: SmtpPeer): MaybeAnswer;
  /** Stands for HELO and LHLO too. */
  ehlo?(argument: string, peer: SmtpPeer): MaybeAnswer;
  starttls?(peer: SmtpPeer): MaybeAnswer;
  /** Once credentials are there, right or wrong. */
  auth?(user: string, peer: SmtpPeer): MaybeAnswer;
  mail?(address: string, peer: SmtpPeer): MaybeAnswer;
  /** A 2xx answer accepts the recipient with these words. */
  rcpt?(address: string, peer: SmtpPeer): MaybeAnswer;
  /** In place of 354. */
  data?(peer: SmtpPeer): MaybeAnswer;
  /** In place of the reply to a chunk of so many octets. A refused one is thrown away, and the transaction with it. */
  bdat?(sizeBytes: number, isLast: boolean, peer: SmtpPeer): MaybeAnswer;
  /** In place of the reply to the final dot or the last chunk; with LMTP once for every recipient. A 2xx answer stores the message. */
  dataEnd?(message: IncomingMessage, peer: SmtpPeer, recipient?: string): MaybeAnswer;
  rset?(peer: SmtpPeer): MaybeAnswer;
  noop?(peer: SmtpPeer): MaybeAnswer;
  vrfy?(argument: string, peer: SmtpPeer): MaybeAnswer;
  quit?(peer: SmtpPeer): MaybeAnswer;
}

/** A 2xx answer goes on as usual, with other words. */
export function isRefusal(answer: SmtpAnswer): boolean {
  return typeof answer !== "object" || answer.code >= 300;
}

/** Every command that can be answered. */
export const smtpAnswerNames: OptionNames<SmtpAnswers> = {
  connect: true,
  ehlo: true,
  starttls: true,
  auth: true,
  mail: true,
  rcpt: true,
  data: true,
  bdat: true,
  dataEnd: true,
  rset: true,
  noop: true,
  vrfy: true,
  quit: true,
};
