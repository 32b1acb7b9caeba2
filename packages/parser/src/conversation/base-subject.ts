/** A subject without what replies and lists put around it. */
export interface BaseSubject {
  /** In lower case, white space collapsed. */
  readonly base: string;
  /** Whether something like `Re:` stood in front. */
  readonly isReply: boolean;
}

/** Prefixes of replies and forwards in the languages that are met most; numbers as in `Re[2]:` may follow. */
const PREFIX =
  /^(?:re|fwd?|aw|wg|sv|vs|rv|tr|ynt|antw|odp|ref|res|回复|答复|转发|返信)(?:\[\d{1,4}\]|\(\d{1,4}\))? ?[:：] ?/i;
const LIST_TAG = /^\[[^[\]]{1,60}\] ?/;
const MAX_LENGTH = 1_000;

/** Takes `Re:`, `Fwd:` and list tags off a subject (RFC 5256 §2.1, and other languages). */
export function toBaseSubject(subject: string): BaseSubject {
  let base = subject.slice(0, MAX_LENGTH).replace(/\s+/g, " ").trim();
  let isReply = false;
  for (let rounds = 0; rounds < 50; rounds++) {
    const prefix = PREFIX.exec(base);
    const stripped = prefix === null ? base.replace(LIST_TAG, "") : base.slice(prefix[0].length);
    isReply ||= prefix !== null;
    if (stripped === base || stripped === "") break;
    base = stripped;
  }
  return { base: base.toLowerCase(), isReply };
}
