const LF = 0x0a;
const CRLF = Buffer.from("\r\n");

/** The bytes with a line end at the end, when all their line ends are CRLF. */
export function endLine(bytes: Buffer): Buffer {
  return bytes.length === 0 || bytes.at(-1) === LF ? bytes : Buffer.concat([bytes, CRLF]);
}
