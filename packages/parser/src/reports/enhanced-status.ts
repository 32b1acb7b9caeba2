/** An SMTP reply taken out of running text. */
export interface ReplyCodes {
  /** `"550"` */
  readonly replyCode: string | undefined;
  /** Enhanced status code (RFC 3463), `"5.1.1"`. */
  readonly status: string | undefined;
}

/** Classes of failures, subjects of RFC 3463: other numbers with two dots are versions and parts of addresses. */
const ENHANCED = /(?<![\d.])[45]\.[0-7]\.\d{1,3}(?!\d|\.\d)/g;
/** A reply code with the enhanced code that belongs to it; some relays put quotes between. */
const PAIRED = /(?<![\d./-])[45][0-5]\d[ -]['"(#]{0,2}([45]\.[0-7]\.\d{1,3})(?!\d|\.\d)/g;
const REPLY = /(?<![\d./-]|\d:)[45][0-5]\d(?![\d.:/])/;
const MAX_TEXT = 4_000;

/**
 * Finds the reply code and the enhanced status code in a server's words. Of several status codes the most telling one
 * counts: one that follows a reply code, and one with a subject over `x.0.0`.
 */
export function findReplyCodes(text: string): ReplyCodes {
  const searched = text.slice(0, MAX_TEXT);
  const replyCode = REPLY.exec(searched)?.[0];
  const paired = [...searched.matchAll(PAIRED)].map(([, status = ""]) => status);
  const sameClass = (searched.match(ENHANCED) ?? []).filter(
    (status) => !replyCode || status[0] === replyCode[0],
  );
  const all = [...paired, ...sameClass];
  return { replyCode, status: all.find((status) => !isVague(status)) ?? all[0] };
}

/** Whether the text holds a status right after its reply code, as the refusing server itself wrote it. */
export function findPairedStatus(text: string): string | undefined {
  const statuses = [...text.slice(0, MAX_TEXT).matchAll(PAIRED)].map(([, status = ""]) => status);
  return statuses.find((status) => !isVague(status));
}

/** Says no more than the class, or how it ended (expiry) but not why. */
export function isVague(status: string): boolean {
  return isGeneric(status) || status === "4.4.7" || status === "5.4.7";
}

/** Whether a status says no more than its class. */
export function isGeneric(status: string): boolean {
  return status.endsWith(".0.0");
}

/** Whether the text has the form of an enhanced status code. */
export function isEnhancedStatus(text: string): boolean {
  return /^[245]\.\d{1,3}\.\d{1,3}$/.test(text);
}
