import { expect, test } from "vitest";
import { parseDeliveryReport } from "../src/parse-delivery-report.js";
import { parseMessage } from "../src/parse-message.js";

const REPORT = `From: MAILER-DAEMON@mx.example.org
To: ada@example.org
Date: Fri, 20 Nov 2026 10:13:00 +0100
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b

It did not work.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
Original-Envelope-Id: env-7
Arrival-Date: Fri, 20 Nov 2026 09:00:00 +0000

Final-Recipient: rfc822; bob@example.com
Original-Recipient: rfc822;bobby@example.com
Action: failed
Status: 5.0.0
Remote-MTA: dns; mx.example.com
Diagnostic-Code: smtp; 550 5.1.1 <bob@example.com>
 no such user

Final-Recipient: rfc822; carol@example.com
Action: delayed
Status: 4.2.2 (mailbox full)
--b
Content-Type: message/rfc822

Message-ID: <42@example.org>
Subject: the offer

--b--
`;

test("a standard report is read per recipient", () => {
  const report = parseDeliveryReport(parseMessage(REPORT));
  expect(report).toEqual({
    isStandard: true,
    reportingMta: "mx.example.org",
    arrivalDate: new Date("2026-11-20T09:00:00Z"),
    originalEnvelopeId: "env-7",
    originalMessageId: "<42@example.org>",
    originalSubject: "the offer",
    recipients: [
      {
        recipient: "bob@example.com",
        originalRecipient: "bobby@example.com",
        action: "failed",
        status: "5.1.1",
        isStatusGiven: true,
        replyCode: "550",
        diagnostic: "550 5.1.1 <bob@example.com> no such user",
        remoteMta: "mx.example.com",
      },
      {
        recipient: "carol@example.com",
        originalRecipient: undefined,
        action: "delayed",
        status: "4.2.2",
        isStatusGiven: true,
        replyCode: undefined,
        diagnostic: undefined,
        remoteMta: undefined,
      },
    ],
  });
});

test("an ordinary message is no report", () => {
  expect(parseDeliveryReport(parseMessage("From: a@example.org\n\nhello"))).toBeUndefined();
});
