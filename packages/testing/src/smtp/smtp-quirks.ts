import type { OptionNames } from "../options/known-options.js";

/** What real servers do wrong, one switch each. */
export interface SmtpQuirks {
  /**
   * Hangs up, storing what was sent, when more than so many bytes come behind a final dot before it is answered
   * (Haraka: 8192).
   */
  readonly maxBytesBehindDot?: number;
  /** Runs the octets of a refused chunk as commands instead of throwing them away (go-smtp). */
  readonly runRefusedChunks?: boolean;
  /** Keeps the sender of a transaction whose chunk was refused until RSET: the next MAIL gets 503 (Exim). */
  readonly keepRefusedSender?: boolean;
  /** Takes chunks and never answers them; an empty one too. */
  readonly neverAnswerChunks?: boolean;
  /** EHLO announces `X-EXPS LOGIN` in place of AUTH, which works all the same (Exchange of old). */
  readonly announceExps?: boolean;
  /** How long RCPT of an address is pondered, in milliseconds. */
  readonly recipientDelayMs?: (address: string) => number;
}

/** Every quirk by name. */
export const smtpQuirkNames: OptionNames<SmtpQuirks> = {
  maxBytesBehindDot: true,
  runRefusedChunks: true,
  keepRefusedSender: true,
  neverAnswerChunks: true,
  announceExps: true,
  recipientDelayMs: true,
};
