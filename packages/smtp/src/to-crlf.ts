const CR = 0x0d;
const LF = 0x0a;
const CRLF = Buffer.from("\r\n");

/**
 * The bytes with every line end as CRLF, a bare CR or LF included. RFC 5321 §2.3.8: what takes a bare one for
 * a line end sees other messages than what does not (SMTP smuggling).
 */
export function toCrlf(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  let from = 0;
  let cr = bytes.indexOf(CR);
  let lf = bytes.indexOf(LF);
  // Each search starts where the last one ended, so that the whole takes linear time.
  while (cr >= 0 || lf >= 0) {
    const at = cr < 0 || (lf >= 0 && lf < cr) ? lf : cr;
    const isWhole = at === cr && lf === cr + 1;
    if (!isWhole) {
      parts.push(bytes.subarray(from, at), CRLF);
      from = at + 1;
    }
    const next = isWhole ? at + 2 : at + 1;
    if (cr >= 0 && cr < next) cr = bytes.indexOf(CR, next);
    if (lf >= 0 && lf < next) lf = bytes.indexOf(LF, next);
  }
  if (parts.length === 0) return bytes;
  parts.push(bytes.subarray(from));
  return Buffer.concat(parts);
}

/** The bytes with a line end at the end, when all their line ends are CRLF. */
export function endLine(bytes: Buffer): Buffer {
  return bytes.length === 0 || bytes.at(-1) === LF ? bytes : Buffer.concat([bytes, CRLF]);
}
