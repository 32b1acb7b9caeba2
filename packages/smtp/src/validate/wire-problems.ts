import { isUtf8 } from "node:buffer";
import type { ValidationProblem } from "@mailwright/core";
import { headEnd } from "../wire/message-head.js";

const MAX_LINE_OCTETS = 998;
const LF = 0x0a;

/**
 * What keeps a finished message from going over SMTP, whatever the server offers. All its line ends have to be
 * CRLF, and there has to be one at the end.
 */
export function wireProblems(message: Buffer, path: string): readonly ValidationProblem[] {
  const problems: ValidationProblem[] = [];
  const add = (code: string, text: string): void =>
    void problems.push({ path, code, message: `${path} ${text}` });
  if (hasLongLine(message)) {
    add("line-too-long", `has a line of more than ${MAX_LINE_OCTETS} octets (RFC 5322 §2.1.1)`);
  }
  if (message.includes(0))
    add("nul", "holds NUL, which only encoded content may (RFC 5322 §2.2, RFC 2045 §2.8)");
  if (!isUtf8(message.subarray(0, headEnd(message)))) {
    add("header-encoding", "has a header field that is neither ASCII nor UTF-8 (RFC 6532 §3.1)");
  }
  return problems;
}

function hasLongLine(message: Buffer): boolean {
  const longest = MAX_LINE_OCTETS + "\r\n".length;
  let at = 0;
  while (message.length - at > longest) {
    const end = message.lastIndexOf(LF, at + longest - 1);
    if (end < at) return true;
    at = end + 1;
  }
  return false;
}
