import type { ArchivedMessage } from "./archived-message.js";

const LF = 0x0a;
const GREATER = 0x3e;
const FROM = Buffer.from("From ");

/** An entry in the form mboxrd: the line that begins it, the message with its quoted lines, the empty line that ends it. */
export function toMboxEntry({
  sender,
  date,
  source,
}: Pick<ArchivedMessage, "sender" | "date" | "source">): Buffer[] {
  const from = /^[^\s\p{Cc}]+$/u.test(sender) ? sender : "MAILER-DAEMON";
  const parts: Buffer[] = [Buffer.from(`From ${from} ${toAsctime(date)}\n`)];
  let start = 0;
  for (let line = 0; line < source.length; line = nextLine(source, line)) {
    if (!isFromLine(source, line)) continue;
    parts.push(source.subarray(start, line), Buffer.of(GREATER));
    start = line;
  }
  parts.push(source.subarray(start));
  if (source.at(-1) !== LF) parts.push(Buffer.of(LF));
  parts.push(Buffer.of(LF));
  return parts;
}

function nextLine(source: Buffer, from: number): number {
  const end = source.indexOf(LF, from);
  return end === -1 ? source.length : end + 1;
}

/** Whether a line is `From ` after any number of `>`: each gets one more. */
function isFromLine(source: Buffer, line: number): boolean {
  let at = line;
  while (source[at] === GREATER) at += 1;
  return source.subarray(at, at + FROM.length).equals(FROM);
}

/** A moment as C's asctime has it, in UTC: `Sun Nov 22 01:02:03 2026`. */
function toAsctime(date: Date): string {
  const [, day = "", dayOfMonth = "", month = "", year = "", time = ""] =
    /^(\w+), (\d+) (\w+) (\d+) ([\d:]+)/.exec(date.toUTCString()) ?? [];
  return `${day} ${month} ${dayOfMonth.replace(/^0/, " ")} ${time} ${year}`;
}
