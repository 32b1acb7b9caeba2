const TRAILER = /\s*\(fwd\)\s*$/i;
const BLOB = /^\[[^[\]]*\]\s*/;
const REPLY = /^(?:\[[^[\]]*\]\s*)*(?:re|fwd?)\s*(?:\[[^[\]]*\]\s*)?:\s*/i;
const FORWARDED = /^\[fwd:(.*)\]$/i;

/** A subject without what replying and forwarding have added to it (RFC 5256 §2.1). */
export function toBaseSubject(subject: string): string {
  let base = subject.replace(/\s+/g, " ").trim();
  for (let before = ""; before !== base; ) {
    before = base;
    base = base.replace(TRAILER, "").replace(REPLY, "");
    const withoutBlob = base.replace(BLOB, "");
    if (withoutBlob !== "") base = withoutBlob;
    base = FORWARDED.exec(base)?.[1]?.trim() ?? base;
  }
  return base;
}
