import { expect, test } from "vitest";
import { parseMessage } from "../../src/parse-message.js";
import { parseDeliveryReport } from "../../src/reports/parse-delivery-report.js";

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
    originalHeaders: [
      { name: "Message-ID", value: "<42@example.org>" },
      { name: "Subject", value: "the offer" },
    ],
    isTruncated: false,
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

const bounce = (body: string, ...fields: string[]): string =>
  [
    "From: Mail Delivery System <MAILER-DAEMON@mx.example.org>",
    "To: ada@example.org",
    "Subject: Undelivered mail returned to sender",
    "Date: Fri, 20 Nov 2026 10:13:00 +0100",
    ...fields,
    "",
    body,
  ].join("\n");

const COPY = `
Return-Path: <ada@example.org>
Received: from mx.example.org
Message-ID: <42@example.org>
From: ada@example.org
To: bob@example.com
Subject: the offer

hello`;

test.each([
  [
    "an address, a colon and the reply",
    "Sorry.\n\n<bob@example.com>:\n192.0.2.1 said: 550 5.1.1 no such user (#5.1.1)\nGiving up.\n",
    {
      recipient: "bob@example.com",
      status: "5.1.1",
      replyCode: "550",
      isStatusGiven: true,
      action: "failed",
    },
  ],
  [
    "an indented address and words without a code",
    "The following address(es) failed:\n\n  bob@example.com\n    mailbox is full\n",
    { recipient: "bob@example.com", status: "5.2.2", isStatusGiven: false, replyCode: undefined },
  ],
  [
    "a transcript",
    "   ----- Transcript of session follows -----\n>>> RCPT To:<bob@example.com>\n" +
      "<<< 550 unknown\n550 <bob@example.com>... User unknown\n",
    { recipient: "bob@example.com", status: "5.1.1", replyCode: "550", isStatusGiven: false },
  ],
  [
    "the fields of a report in running text",
    "Technical report:\n\nReporting-MTA: dns; mx.example.org\n\nFinal-Recipient: rfc822; bob@example.com\n" +
      "Action: failed\nStatus: 5.1.1\n",
    { recipient: "bob@example.com", status: "5.1.1" },
  ],
  [
    "nothing but the returned message",
    "Your mail could not be delivered.\n",
    { recipient: "bob@example.com", status: "5.0.0", isStatusGiven: false },
  ],
])("a bounce that says it with %s is read", (_kind, body, expected) => {
  const report = parseDeliveryReport(parseMessage(bounce(body + COPY)));
  expect(report?.recipients).toHaveLength(1);
  expect(report?.recipients[0]).toMatchObject(expected);
  expect(report?.originalMessageId).toBe("<42@example.org>");
});

test("the header names the recipients where the text is in no known language", () => {
  const report = parseDeliveryReport(
    parseMessage(bounce("届きません", "X-Failed-Recipients: bob@example.com")),
  );
  expect(report?.recipients[0]).toMatchObject({ recipient: "bob@example.com", status: "5.0.0" });
});

test("a warning is delayed, not failed", () => {
  const body = "bob@example.com: connection timed out\nDelivery is delayed, we will keep trying.\n";
  const report = parseDeliveryReport(parseMessage(bounce(body)));
  expect(report?.recipients[0]).toMatchObject({ action: "delayed", status: "4.4.1" });
});

test("a report inside a forwarded message is found", () => {
  const forward = `From: postmaster@example.org\nContent-Type: multipart/mixed; boundary=f\n\n--f\n\nsee below\n--f\nContent-Type: message/rfc822\n\n${REPORT}\n--f--\n`;
  expect(parseDeliveryReport(parseMessage(forward))?.recipients[0]?.recipient).toBe("bob@example.com");
});

test("a person who writes about a failed delivery sends no report", () => {
  const mail =
    "From: carol@example.com\nTo: ada@example.org\nSubject: lunch\n\nbob@example.com: 550 5.1.1 is what I got\n";
  expect(parseDeliveryReport(parseMessage(mail))).toBeUndefined();
});

const status = (fields: string): string =>
  `From: MAILER-DAEMON@mx.example.org\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nx\n--b\nContent-Type: message/delivery-status\n\n${fields}\n--b--\n`;
const readStatus = (fields: string): unknown[] =>
  parseDeliveryReport(parseMessage(status(fields)))?.recipients.map(({ recipient, action, status }) => [
    recipient,
    action,
    status,
  ]) ?? [];

test.each([
  ["Action: deliverable\nStatus: 2.1.5", "delivered", "2.1.5"],
  ["Action: delivered (to mailbox)\nStatus: 2.0.0", "delivered", "2.0.0"],
  ["Action: Relayed (to non-DSN mailer)\nStatus: 2.6.0", "relayed", "2.6.0"],
  ["Status: 2.0.0", "delivered", "2.0.0"],
  ["Status: 4.4.1", "delayed", "4.4.1"],
  ["Status: 5.1.1", "failed", "5.1.1"],
  ["Diagnostic-Code: smtp; 450 later", "delayed", "4.0.0"],
  ["Action: unheard-of\nStatus: 2.0.0", "delivered", "2.0.0"],
  ["Action: failed\nStatus: 4.4.7", "failed", "4.4.7"],
])("the fields %j say %s", (fields, action, code) => {
  expect(readStatus(`Final-Recipient: rfc822; bob@example.com\n${fields}\n`)).toEqual([
    ["bob@example.com", action, code],
  ]);
});

test("recipients without an empty line between them stay apart", () => {
  const one = (name: string): string =>
    `Final-Recipient: rfc822; ${name}@example.com\nAction: failed\nStatus: 5.1.1\n`;
  const all = [
    ["bob@example.com", "failed", "5.1.1"],
    ["carol@example.com", "failed", "5.1.1"],
  ];
  expect(readStatus(`Reporting-MTA: dns; mx\n${one("bob")}${one("carol")}`)).toEqual(all);
  expect(readStatus(`${one("bob")}Original-Recipient: rfc822; c@example.com\n${one("carol")}`)).toEqual(all);
  const reordered = (name: string): string =>
    `Original-Recipient: rfc822; ${name}@example.com\nAction: failed\nFinal-Recipient: rfc822; ${name}@example.com\nStatus: 5.1.1\n`;
  expect(readStatus(reordered("bob") + reordered("carol"))).toEqual(all);
});

test("all delivery-status parts are read", () => {
  const one = (name: string): string => `Final-Recipient: rfc822; ${name}@example.com\nStatus: 5.1.1\n`;
  expect(
    readStatus(`${one("bob")}\n--b\nContent-Type: message/delivery-status\n\n${one("carol")}`),
  ).toHaveLength(2);
});

test("more recipients than are read are told", () => {
  const one = "Final-Recipient: rfc822; bob@example.com\nStatus: 5.1.1\n\n";
  const read = (count: number): [number | undefined, boolean | undefined] => {
    const report = parseDeliveryReport(parseMessage(status(`Reporting-MTA: dns; x\n\n${one.repeat(count)}`)));
    return [report?.recipients.length, report?.isTruncated];
  };
  expect(read(999)).toEqual([999, false]);
  expect(read(2_000)).toEqual([999, true]);
});

test("an address cut off in a table is nobody's", () => {
  const body =
    "Your message to bob@example.com couldn't be delivered.\nbob wasn't found at example.com.\n\nada@example    Office 365    bob@example.com\nbob@example.com\nRemote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound'\n";
  const report = parseDeliveryReport(parseMessage(bounce(body)));
  expect(report?.recipients.map(({ recipient }) => recipient)).toEqual(["bob@example.com"]);
});
