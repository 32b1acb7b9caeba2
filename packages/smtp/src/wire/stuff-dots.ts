const DOT = 0x2e;
const LINE_WITH_DOT = Buffer.from("\r\n.");

/**
 * The bytes from `start` up to `end` of a message with CRLF line ends as they go on the wire: a dot at the
 * start of a line is doubled (RFC 5321 §4.5.2). Looks back into the message, so pieces add up to the whole.
 */
export function stuffDots(message: Buffer, start: number, end: number): Buffer {
  const piece = message.subarray(start, end);
  const dots = dotsIn(message, start, end);
  if (dots.length === 0) return piece;
  const stuffed = Buffer.allocUnsafe(piece.length + dots.length);
  let at = 0;
  let from = 0;
  for (const dot of dots) {
    at += piece.copy(stuffed, at, from, dot);
    stuffed[at++] = DOT;
    from = dot;
  }
  piece.copy(stuffed, at, from);
  return stuffed;
}

/** Where in the piece lines begin with a dot. */
function dotsIn(message: Buffer, start: number, end: number): number[] {
  const dots: number[] = [];
  if (start === 0 && end > 0 && message[0] === DOT) dots.push(0);
  const context = Math.min(start, LINE_WITH_DOT.length - 1);
  const searched = message.subarray(start - context, end);
  for (let at = searched.indexOf(LINE_WITH_DOT); at >= 0; at = searched.indexOf(LINE_WITH_DOT, at + 1)) {
    const dot = at + LINE_WITH_DOT.length - 1 - context;
    if (dot >= 0) dots.push(dot);
  }
  return dots;
}
