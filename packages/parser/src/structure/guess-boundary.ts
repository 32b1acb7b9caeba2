const LF = 0x0a;
const SEARCH_BYTES = 65_536;
const MAX_LINES = 500;
const MIN_LENGTH = 6;
const MAX_LENGTH = 200;

/**
 * Guesses the boundary of a multipart whose header names none, or one that does not occur: the first line that starts
 * with two hyphens, is one word, is followed by a header field, and occurs again.
 *
 * QUIRK: gateways rewrite or fold away the parameter; `boundary=` then stands in the body (Verizon, Apache James).
 */
export function guessBoundary(bytes: Buffer, from: number): string | undefined {
  const body = bytes.subarray(from, from + SEARCH_BYTES);
  let line = 0;
  for (let count = 0; count < MAX_LINES && line < body.length; count++) {
    const end = body.indexOf(LF, line);
    if (end < 0) return undefined;
    const text = body.toString("latin1", line, Math.min(end, line + MAX_LENGTH)).trimEnd();
    if (isCandidate(text) && startsWithField(body, end + 1) && body.includes(`\n${text}`, end, "latin1"))
      return text.slice(2);
    line = end + 1;
  }
  return undefined;
}

function isCandidate(text: string): boolean {
  return text.startsWith("--") && text.length >= MIN_LENGTH && !text.includes(" ") && /[^-=]/.test(text);
}

function startsWithField(body: Buffer, at: number): boolean {
  return /^[A-Za-z][A-Za-z-]{2,40}:/.test(body.toString("latin1", at, at + 48));
}
