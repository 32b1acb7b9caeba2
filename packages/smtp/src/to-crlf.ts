const CR = 0x0d;
const LF = 0x0a;

/**
 * The bytes with every line end as CRLF, a bare CR or LF included, and one at the end. RFC 5321 §2.3.8: what
 * takes a bare one for a line end sees other messages than what does not (SMTP smuggling).
 */
export function toCrlf(bytes: Buffer): Buffer {
  const bare = findBare(bytes);
  const isEnded = bytes.length === 0 || bytes.at(-1) === LF || bytes.at(-1) === CR;
  if (bare < 0 && isEnded) return bytes;
  const parts: Buffer[] = [];
  let from = 0;
  for (let at = bare; at >= 0; at = findBare(bytes, at + 1)) {
    parts.push(bytes.subarray(from, at), CRLF);
    from = at + 1;
  }
  parts.push(bytes.subarray(from));
  if (!isEnded) parts.push(CRLF);
  return Buffer.concat(parts);
}

const CRLF = Buffer.from("\r\n");

/** The next CR without LF or LF without CR; native searches, since messages are mostly regular. */
function findBare(bytes: Buffer, start = 0): number {
  let lf = bytes.indexOf(LF, start);
  let cr = bytes.indexOf(CR, start);
  while (lf >= 0 || cr >= 0) {
    if (cr < 0 || (lf >= 0 && lf < cr)) return lf;
    if (bytes[cr + 1] !== LF) return cr;
    lf = bytes.indexOf(LF, cr + 2);
    cr = bytes.indexOf(CR, cr + 2);
  }
  return -1;
}
