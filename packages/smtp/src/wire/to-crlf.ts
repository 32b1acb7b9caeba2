const CR = 0x0d;
const LF = 0x0a;
const CRLF = Buffer.from("\r\n");

/**
 * The bytes with every line end as CRLF, a bare CR or LF included. RFC 5321 §2.3.8: what takes a bare one for
 * a line end sees other messages than what does not (SMTP smuggling).
 */
export function toCrlf(bytes: Buffer): Buffer {
  const bare = countBare(bytes);
  if (bare === 0) return bytes;
  const converted = Buffer.allocUnsafe(bytes.length + bare);
  let at = 0;
  let previous = 0;
  // By index: iterating over a Buffer takes three times as long.
  for (let from = 0; from < bytes.length; from++) {
    const byte = bytes[from] ?? 0;
    if (previous === CR && byte !== LF) converted[at++] = LF;
    if (byte === LF && previous !== CR) converted[at++] = CR;
    converted[at++] = byte;
    previous = byte;
  }
  if (previous === CR) converted[at] = LF;
  return converted;
}

/** The bytes with a line end at the end, when all their line ends are CRLF. */
export function endLine(bytes: Buffer): Buffer {
  return bytes.length === 0 || bytes.at(-1) === LF ? bytes : Buffer.concat([bytes, CRLF]);
}

function countBare(bytes: Buffer): number {
  let bare = 0;
  let previous = 0;
  for (let from = 0; from < bytes.length; from++) {
    const byte = bytes[from] ?? 0;
    if ((byte === LF) !== (previous === CR)) bare += 1;
    previous = byte;
  }
  return previous === CR ? bare + 1 : bare;
}
