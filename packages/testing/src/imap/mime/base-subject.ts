const TRAILER = "(fwd)";
const LEADER = /(?:\[[^[\]]*\]|(?:re|fwd?)\s*(?:\[[^[\]]*\]\s*)?:)\s*/iy;
/** Bounded, as a subject may be nothing but brackets. */
const REPLY = /^(?:\[[^[\]]{0,100}\]\s*){0,10}(?:(?:re|fwd?)\s*(?:\[[^[\]]*\]\s*)?:|\[fwd:)/i;
const FORWARDED = /^\[fwd:/i;

/** A subject without what replying and forwarding have added to it (RFC 5256 §2.1). */
export function toBaseSubject(subject: string): string {
  let base = subject.replace(/\s+/g, " ").trim();
  for (;;) {
    base = withoutLeaders(withoutTrailers(base));
    if (!FORWARDED.test(base) || !base.endsWith("]")) return base;
    base = base.slice("[fwd:".length, -1).trim();
  }
}

/** Whether a subject says that the message answers or forwards another (RFC 5256 §2.1). */
export function isReplySubject(subject: string): boolean {
  return REPLY.test(subject.trim()) || subject.trim().slice(-TRAILER.length).toLowerCase() === TRAILER;
}

function withoutTrailers(text: string): string {
  let rest = text;
  while (rest.slice(-TRAILER.length).toLowerCase() === TRAILER)
    rest = rest.slice(0, -TRAILER.length).trimEnd();
  return rest;
}

/** A last blob such as `[list]` stays when nothing else would. */
function withoutLeaders(text: string): string {
  let start = 0;
  LEADER.lastIndex = 0;
  for (let leader = LEADER.exec(text); leader !== null; leader = LEADER.exec(text)) {
    if (leader[0].startsWith("[") && LEADER.lastIndex === text.length) break;
    start = LEADER.lastIndex;
  }
  return text.slice(start);
}
