import type { ServerReply } from "@mailwright/core";

/** A complete reply of an SMTP server, RFC 5321 §4.2. */
export interface SmtpReply {
  /** The first digit of the code; `0` when the reply makes no sense: no code, or several codes in its lines. */
  readonly kind: 0 | 2 | 3 | 4 | 5;
  readonly reply: ServerReply;
}

const LINE = /^([2-5]\d\d)(?!\d)(?:[ -]([245]\.\d{1,3}\.\d{1,3})(?=[ \t]|$))?[ -]?(.*)$/;

/** Reads a reply, its lines separated by LF. Never throws: nonsense is `kind: 0` with the text as it came. */
export function parseReply(text: string): SmtpReply {
  const lines = text.includes("\n") ? text.split(/\r?\n/) : [text];
  const texts: string[] = [];
  let code: string | undefined;
  let enhancedCode: string | undefined;
  for (const line of lines) {
    const match = LINE.exec(line);
    if (match === null || (code !== undefined && match[1] !== code)) return nonsense(text);
    code = match[1];
    enhancedCode ??= match[2];
    texts.push(match[3] ?? "");
  }
  const kind = kindOf(code);
  if (kind === 0 || code === undefined) return nonsense(text);
  const all = texts.join("\n").trim();
  // RFC 3463 §2: the class of both codes has to agree; one that does not is noise.
  const isAgreed = enhancedCode !== undefined && enhancedCode[0] === code[0];
  return { kind, reply: isAgreed ? { code, enhancedCode, text: all } : { code, text: all } };
}

/**
 * The queue id in the answer to the final dot, of the forms that servers use: Postfix, Exim, sendmail,
 * Exchange, Amazon SES, qmail.
 */
export function findServerMessageId(text: string): string | undefined {
  const forms = [
    /\bqueued as ([^\s;,]+)/i,
    /\bid=([^\s;,]+)/i,
    /<([^<>\s]+@[^<>\s]+)>/,
    /^ok:? queued[ :]+([A-Za-z0-9-]+)/i,
    /^ok \d+ qp (\d+)/i,
    /^ok ([0-9a-f]{8,}[0-9a-f-]*)/i,
    /^([A-Za-z0-9]{8,}) message accepted for delivery/i,
  ];
  for (const form of forms) {
    const id = form.exec(text)?.[1];
    if (id !== undefined) return id;
  }
  return undefined;
}

function nonsense(text: string): SmtpReply {
  return { kind: 0, reply: { text: text.slice(0, 1_000) } };
}

function kindOf(code: string | undefined): 0 | 2 | 3 | 4 | 5 {
  switch (code?.[0]) {
    case "2":
      return 2;
    case "3":
      return 3;
    case "4":
      return 4;
    case "5":
      return 5;
    default:
      return 0;
  }
}
