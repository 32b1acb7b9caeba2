const CRLF = Buffer.from("\r\n");
const DOT = Buffer.from(".");
const LINE_DOT = Buffer.from("\r\n.");
const HEADER_END = Buffer.from("\r\n\r\n");
const LF = 0x0a;
const CR = 0x0d;

const cache = new WeakMap<Buffer, Buffer>();

/** A message in the line ends of POP3: CRLF (RFC 1939 §3). Its last line may still be without one. */
export function toPop3Lines(raw: Buffer): Buffer {
  const known = cache.get(raw);
  if (known !== undefined) return known;
  const lines = hasBareLineFeed(raw) ? endLinesInCrlf(raw) : raw;
  cache.set(raw, lines);
  return lines;
}

/** Adds the CRLF that the terminating dot needs before it. */
export function endLastLine(lines: Buffer): Buffer {
  const isEnded = lines.length >= 2 && lines.subarray(-2).equals(CRLF);
  return isEnded ? lines : Buffer.concat([lines, CRLF]);
}

/** Doubles the dot of every line that starts with one; the lone dot that ends the reply is not added. */
export function stuffDots(lines: Buffer): Buffer {
  const pieces: Buffer[] = lines[0] === DOT[0] ? [DOT] : [];
  let from = 0;
  for (let at = lines.indexOf(LINE_DOT); at >= 0; at = lines.indexOf(LINE_DOT, at + 2)) {
    pieces.push(lines.subarray(from, at + 2), DOT);
    from = at + 2;
  }
  if (pieces.length === 0) return lines;
  pieces.push(lines.subarray(from));
  return Buffer.concat(pieces);
}

/** The header, the empty line and the first `bodyLines` lines of the body (TOP, RFC 1939 §7). */
export function takeTop(lines: Buffer, bodyLines: number): Buffer {
  const headerEnd = lines.indexOf(HEADER_END);
  if (headerEnd < 0) return lines;
  let end = headerEnd + HEADER_END.length;
  for (let line = 0; line < bodyLines && end < lines.length; line++) {
    end = lines.indexOf(CRLF, end) + CRLF.length;
  }
  return lines.subarray(0, end);
}

/** True when a header field holds bytes above 0x7F (RFC 6532). */
export function hasUtf8Header(lines: Buffer): boolean {
  const headerEnd = lines.indexOf(HEADER_END);
  return lines.subarray(0, headerEnd < 0 ? lines.length : headerEnd).some((byte) => byte > 0x7f);
}

function hasBareLineFeed(raw: Buffer): boolean {
  for (let at = raw.indexOf(LF); at >= 0; at = raw.indexOf(LF, at + 1)) {
    if (raw[at - 1] !== CR) return true;
  }
  return false;
}

function endLinesInCrlf(raw: Buffer): Buffer {
  return Buffer.from(raw.toString("latin1").replace(/(?<!\r)\n/g, "\r\n"), "latin1");
}
