/** An SMTP reply taken out of running text. */
export interface ReplyCodes {
  /** `"550"` */
  readonly replyCode: string | undefined;
  /** Enhanced status code (RFC 3463), `"5.1.1"`. */
  readonly status: string | undefined;
}

const ENHANCED = /(?<![\d.])[245]\.\d{1,2}\.\d{1,3}(?![\d.]*\d)/g;
const REPLY = /(?<![\d.:/-])[45][0-5]\d(?![\d.:/])/;
const MAX_TEXT = 4_000;

/**
 * Finds the reply code and the enhanced status code in a server's words. Of several status codes the most telling
 * one counts: one with a subject over `x.0.0`.
 */
export function findReplyCodes(text: string): ReplyCodes {
  const searched = text.slice(0, MAX_TEXT);
  const replyCode = REPLY.exec(searched)?.[0];
  const all =
    searched.match(ENHANCED)?.filter((status) => replyCode === undefined || status[0] === replyCode[0]) ?? [];
  return { replyCode, status: all.find((status) => !isGeneric(status)) ?? all[0] };
}

/** Whether a status says no more than its class. */
export function isGeneric(status: string): boolean {
  return status.endsWith(".0.0");
}

/** Whether the text has the form of an enhanced status code. */
export function isEnhancedStatus(text: string): boolean {
  return /^[245]\.\d{1,3}\.\d{1,3}$/.test(text);
}
