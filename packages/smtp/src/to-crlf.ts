const CR = 0x0d;
const LF = 0x0a;
const CRLF = Buffer.from("\r\n");

/**
 * The bytes with every line end as CRLF, a bare CR or LF included. RFC 5321 §2.3.8: what takes a bare one for
 * a line end sees other messages than what does not (SMTP smuggling).
 */
export function toCrlf(bytes: Buffer): Buffer {
  let bare = 0;
  for (let i = 0; i < bytes.length; i++) if (isBare(bytes, i)) bare += 1;
  if (bare === 0) return bytes;
  const converted = Buffer.allocUnsafe(bytes.length + bare);
  let at = 0;
  for (let i = 0; i < bytes.length; i++) {
    if (isBare(bytes, i)) {
      converted[at++] = CR;
      converted[at++] = LF;
    } else {
      converted[at++] = bytes[i] ?? 0;
    }
  }
  return converted;
}

/** The bytes with a line end at the end, when all their line ends are CRLF. */
export function endLine(bytes: Buffer): Buffer {
  return bytes.length === 0 || bytes.at(-1) === LF ? bytes : Buffer.concat([bytes, CRLF]);
}

function isBare(bytes: Buffer, index: number): boolean {
  const byte = bytes[index];
  if (byte === LF) return bytes[index - 1] !== CR;
  return byte === CR && bytes[index + 1] !== LF;
}
