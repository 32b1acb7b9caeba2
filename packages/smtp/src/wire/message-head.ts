const BLIND_FIELD = /^(?:resent-)?bcc\s*:.*(?:\r\n[ \t].*)*\r\n/gim;

/** Where the header section of a message with CRLF line ends is over: the empty line after it, or the very end. */
export function headEnd(message: Buffer): number {
  if (message.indexOf("\r\n") === 0) return 0;
  const end = message.indexOf("\r\n\r\n");
  return end < 0 ? message.length : end + 2;
}

/**
 * The message without its Bcc and Resent-Bcc fields, every other byte as it was. Who is named there gets the
 * message because the envelope says so, and nobody else is to learn of it (RFC 5322 §3.6.3).
 */
export function withoutBlindCopies(message: Buffer): Buffer {
  const end = headEnd(message);
  const head = message.toString("latin1", 0, end);
  const open = head.replace(BLIND_FIELD, "");
  return open.length === head.length
    ? message
    : Buffer.concat([Buffer.from(open, "latin1"), message.subarray(end)]);
}
