/** What programs of several languages put before the subject of an answer, or of a forward. */
const ANSWERED = /^\s*(?:re|aw|sv|vs|antw|odp|ref|rif)(?:\[\d+\]|\(\d+\))?\s*[:\uff1a]\s*/i;
const FORWARDED = /^\s*(?:fwd?|wg|tr|vs|doorst|rv|enc)(?:\[\d+\])?\s*[:\uff1a]\s*/i;

/** The subject of an answer: marked once, however long the thread is. */
export function answerSubject(subject: string): string {
  return `Re: ${strip(subject, ANSWERED)}`;
}

/** The subject of a forward. */
export function forwardSubject(subject: string): string {
  return `Fwd: ${strip(subject, FORWARDED)}`;
}

function strip(subject: string, prefix: RegExp): string {
  const rest = subject.replace(prefix, "");
  return rest === subject ? subject.trim() : strip(rest, prefix);
}
