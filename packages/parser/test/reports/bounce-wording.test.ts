import { expect, test } from "vitest";
import { parseMessage } from "../../src/parse-message.js";
import type { DeliveryReport } from "../../src/reports/delivery-report.js";
import { parseDeliveryReport } from "../../src/reports/parse-delivery-report.js";

function readBounce(body: string, header = ""): DeliveryReport | undefined {
  return parseDeliveryReport(
    parseMessage(
      `From: MAILER-DAEMON@mx.example.net\nTo: ada@example.org\nSubject: failure notice\n${header}\n${body}`,
    ),
  );
}

test.each<[string, string, string, string]>([
  [
    "an alias that the sender wrote to",
    "bob@mx.example.com\n    (expanded from: <team@example.com>)\n\nuser unknown",
    "bob@mx.example.com",
    "5.1.1",
  ],
  [
    "a wrapped line",
    "<bob@example.com>: the name of this host\n    was not looked up: unknown\n    host",
    "bob@example.com",
    "5.1.2",
  ],
  [
    "an address of X.400",
    "To: list@example.org\n\ndid not reach the following recipient(s):\n\nc=US;a= ;p=X;dda:SMTP=bob@example.com; on Fri\n    Unknown recipient",
    "bob@example.com",
    "5.1.1",
  ],
  [
    "a local name below a heading",
    "It was not delivered to the following recipients,\nwho are not accepting mail from ada@list.example.org to the following users:\n\tbob\n",
    "bob@mx.example.net",
    "5.2.1",
  ],
  [
    "whom to ask",
    "Undeliverable address: bob@example.com\nThe mailbox is full.\n\nContact: postmaster@example.com",
    "bob@example.com",
    "5.2.2",
  ],
  ["another language", "<bob@example.com>:\n该用户不存在\n", "bob@example.com", "5.1.1"],
  ["nothing but its layout", "<bob@example.com>:\nxyzzy\n", "bob@example.com", "5.0.0"],
  [
    "a version number",
    "<bob@example.com>:\nThe name is not recognized, says mailer 2.0.12 on 4.99.7.\n",
    "bob@example.com",
    "5.1.1",
  ],
  [
    "a delivery that goes on",
    "<bob@example.com>:\nThe mailbox is full. Delivery attempts will continue.\n",
    "bob@example.com",
    "4.2.2",
  ],
])("a bounce with %s is understood", (_name, body, recipient, status) => {
  expect(readBounce(body)?.recipients).toMatchObject([{ recipient, status }]);
});

test("the address behind an alias is the original recipient", () => {
  const [first] =
    readBounce("<bob@mx.example.com> (expanded from\n    <team@example.com>): unknown user")?.recipients ??
    [];
  expect(first).toMatchObject({ recipient: "bob@mx.example.com", originalRecipient: "team@example.com" });
});

test("addresses in the copy of the message are nobody's", () => {
  const report = readBounce(
    "<bob@example.com>:\n550 5.1.1 no such user\n\n--- Below this line is a copy of the message.\n\n<carol@example.com>:\nhello\n",
  );
  expect(report?.recipients.map(({ recipient }) => recipient)).toEqual(["bob@example.com"]);
});

test("a report without any sender is a report by its type", () => {
  const report = parseDeliveryReport(
    parseMessage(
      'Subject: Utilisateur\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n--b\n\nbob@example.com\nCette adresse n\'existe pas.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n--b--\n',
    ),
  );
  expect(report?.recipients).toMatchObject([
    { recipient: "bob@example.com", status: "5.1.1", isStatusGiven: false },
  ]);
});
