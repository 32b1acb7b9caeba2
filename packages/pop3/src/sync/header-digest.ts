import { createHash } from "node:crypto";

/** What mail stores write into the header of a message that they hold, and change as it is read and flagged. */
const REWRITTEN =
  /^(?:status|x-(?:status|uid|uidl|keywords|imap|imapbase|mozilla-(?:status2?|keys)|gmail-labels|gm-.*)|content-length|lines)[ \t]*:/i;

const MBOX_LINE = /^>?From /;
const HEADER_END = "\r\n\r\n";

/**
 * Names a message by its header, or by all of it when it has no end of header. Fields that servers rewrite are left
 * out, so that the name stays when the message is read or flagged.
 */
export function digestHeader(source: Buffer): string {
  const end = source.indexOf(HEADER_END);
  const header = (end < 0 ? source : source.subarray(0, end)).toString("latin1");
  // A field with the lines that continue it.
  const fields = header.split(/\r\n(?![ \t])/);
  const kept = fields.filter(
    (field, index) => !REWRITTEN.test(field) && !(index === 0 && MBOX_LINE.test(field)),
  );
  return `sha256:${createHash("sha256").update(kept.join("\r\n"), "latin1").digest("base64url")}`;
}
