import { expect, test } from "vitest";
import { parseMessage } from "../../src/parse-message.js";
import { detectAutomatic } from "../../src/reports/detect-automatic.js";
import { parseDispositionNotification } from "../../src/reports/disposition-notification.js";
import { parseFeedbackReport } from "../../src/reports/feedback-report.js";

const report = (type: string, fields: string): string =>
  `From: a@b.c\nContent-Type: multipart/report; boundary=b\n\n--b\n\ntext\n--b\nContent-Type: message/${type}\n\n${fields}\n` +
  "--b\nContent-Type: message/rfc822\n\nMessage-ID: <1@b.c>\nSubject: offer\n\n--b--\n";

test("a complaint is read (RFC 5965)", () => {
  const source = report(
    "feedback-report",
    "Feedback-Type: Abuse\nUser-Agent: Test/1\nVersion: 1\nOriginal-Mail-From: <news@b.c>\n" +
      "Original-Rcpt-To: <ada@example.org>\nArrival-Date: Fri, 20 Nov 2026 10:13:00 +0000\nSource-IP: 192.0.2.1\nReported-Domain: b.c\n",
  );
  expect(parseFeedbackReport(parseMessage(source))).toEqual({
    feedbackType: "abuse",
    userAgent: "Test/1",
    sourceIp: "192.0.2.1",
    originalMailFrom: "news@b.c",
    originalRecipients: ["ada@example.org"],
    arrivalDate: new Date("2026-11-20T10:13:00Z"),
    reportedDomains: ["b.c"],
    originalMessageId: "<1@b.c>",
    originalSubject: "offer",
  });
});

test("a read receipt is read (RFC 8098)", () => {
  const source = report(
    "disposition-notification",
    "Reporting-UA: ua.example; Test\nFinal-Recipient: rfc822;ada@example.org\nOriginal-Message-ID: <1@b.c>\n" +
      "Disposition: manual-action/MDN-sent-manually; displayed\n",
  );
  expect(parseDispositionNotification(parseMessage(source))).toEqual({
    recipient: "ada@example.org",
    originalRecipient: undefined,
    disposition: "displayed",
    isAutomatic: false,
    originalMessageId: "<1@b.c>",
    reportingUserAgent: "ua.example; Test",
  });
});

test("ordinary mail is neither", () => {
  const message = parseMessage("From: a@b.c\n\nhi");
  expect([parseFeedbackReport(message), parseDispositionNotification(message)]).toEqual([
    undefined,
    undefined,
  ]);
});

test.each([
  ["Subject: lunch", undefined],
  ["Auto-Submitted: no", undefined],
  ["Auto-Submitted: auto-replied (vacation)", "auto-reply"],
  ["Auto-Submitted: auto-generated", "notification"],
  ["X-Autoreply: yes", "auto-reply"],
  ["Precedence: auto_reply", "auto-reply"],
  ["Subject: Automatic reply: lunch", "auto-reply"],
  ["Subject: Out of the office", "auto-reply"],
  ["Subject: Abwesenheitsnotiz", "auto-reply"],
  ["List-Id: <list.example.org>", "list"],
  ["Precedence: bulk", "list"],
  ["Return-Path: <>", "notification"],
  ["Content-Type: multipart/report; boundary=b", "report"],
])("mail with %j is %s", (field, expected) => {
  expect(detectAutomatic(parseMessage(`From: a@b.c\n${field}\n\nhi`))).toBe(expected);
});
