interface Report {
  readonly messageId?: string;
  readonly envelopeId?: string;
  readonly to: string;
  readonly action?: string;
  readonly status?: string;
  readonly words?: string;
}

/** The report of a server that could not deliver to one recipient (RFC 3464 §5). */
export function deliveryReport(report: Report): string {
  const { messageId, envelopeId, to, action = "failed", status = "5.1.1" } = report;
  const { words = `${status.startsWith("4") ? 451 : 550} ${status} no such person` } = report;
  const fields = [
    "Reporting-MTA: dns; mx.example.test",
    ...(envelopeId === undefined ? [] : [`Original-Envelope-Id: ${envelopeId}`]),
    "",
    `Final-Recipient: rfc822; ${to}`,
    `Action: ${action}`,
    `Status: ${status}`,
    `Diagnostic-Code: smtp; ${words}`,
  ];
  const original = messageId === undefined ? [] : [`Message-ID: ${messageId}`];
  return multipart("multipart/report; report-type=delivery-status", "MAILER-DAEMON@mx.example.test", [
    ["text/plain", "It came back."],
    ["message/delivery-status", fields.join("\r\n")],
    ["text/rfc822-headers", [...original, "Subject: Minutes"].join("\r\n")],
  ]);
}

/** A complaint of a recipient's provider (RFC 5965). */
export function complaint(messageId: string, recipient: string, kind = "abuse"): string {
  const fields = [
    `Feedback-Type: ${kind}`,
    "User-Agent: Provider/1.0",
    "Version: 1",
    `Original-Rcpt-To: <${recipient}>`,
  ];
  return multipart("multipart/report; report-type=feedback-report", "feedback@provider.test", [
    ["text/plain", "Somebody complained."],
    ["message/feedback-report", fields.join("\r\n")],
    ["message/rfc822", `Message-ID: ${messageId}\r\nSubject: Minutes\r\n\r\nWe met.`],
  ]);
}

/** A bounce as qmail writes it: prose, and the message below it. */
export function proseBounce(messageId: string, to: string): string {
  return [
    "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example.test\r\nSubject: failure notice\r\n\r\n",
    "Hi. This is the qmail-send program at mx.example.test.\r\n",
    "I'm afraid I wasn't able to deliver your message to the following addresses.\r\n",
    "This is a permanent error; I've given up. Sorry it didn't work out.\r\n\r\n",
    `<${to}>:\r\nSorry, no mailbox here by that name. (#5.1.1)\r\n\r\n`,
    "--- Below this line is a copy of the message.\r\n\r\n",
    `Return-Path: <ada@example.test>\r\nMessage-ID: ${messageId}\r\nSubject: Minutes\r\n\r\nWe met.\r\n`,
  ].join("");
}

/** What somebody's program answers while they are away: the message is there. */
export function outOfOffice(messageId: string, from: string): string {
  return [
    `From: ${from}\r\nReturn-Path: <>\r\nSubject: Out of office: Minutes\r\nAuto-Submitted: auto-replied\r\n`,
    `In-Reply-To: ${messageId}\r\n\r\nI could not deliver an answer: I am away until Monday.\r\n`,
  ].join("");
}

function multipart(type: string, from: string, parts: readonly (readonly [string, string])[]): string {
  return [
    `From: ${from}\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\nContent-Type: ${type}; boundary="b"\r\n\r\n`,
    ...parts.map(([part, text]) => `--b\r\nContent-Type: ${part}\r\n\r\n${text}\r\n`),
    "--b--\r\n",
  ].join("");
}
