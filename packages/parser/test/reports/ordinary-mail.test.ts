import { describe, expect, test } from "vitest";
import { parseMessage } from "../../src/parse-message.js";
import { parseDeliveryReport } from "../../src/reports/parse-delivery-report.js";

const PERSON = "Carol <carol@example.com>";
const NO_REPLY = "no-reply@shop.example";
const POSTMASTER = "Postmaster <postmaster@example.com>";
const AUTO = "Auto-Submitted: auto-replied";
const NULL_SENDER = "Return-Path: <>";

/** Mail of people and programs that talk about deliveries: sender, subject, text, further fields. */
const ORDINARY: readonly [from: string, subject: string, text: string, ...fields: string[]][] = [
  [PERSON, "How do I fix delivery failures?", "Mail to bob@example.com comes back. What can I do?"],
  [PERSON, "Mail delivery failed", "Every mail to bob@example.com says: 550 5.1.1 user unknown. Why?"],
  [PERSON, "failure notice", "I keep getting these for bob@example.com, see below.\n\n550 no such user"],
  [PERSON, "Undeliverable: what does it mean?", "The one about bob@example.com, I mean."],
  [PERSON, "Fwd: Undelivered Mail Returned to Sender", "Can you look at this? It was for bob@example.com."],
  [
    PERSON,
    "Re: Delivery Status Notification (Failure)",
    "> 550 5.1.1 <bob@example.com>: unknown\n\nHe has left.",
  ],
  [PERSON, "Returned mail", "My letter to you was returned to sender. Is bob@example.com still right?"],
  [PERSON, "bounces", "bob@example.com: 550 5.1.1 is what I got\ncarol@example.com: 452 full"],
  [PERSON, "Delivery problem", "The parcel could not be delivered to bob@example.com's office."],
  [PERSON, "your mailbox is full", "bob@example.com told me that your mailbox is full."],
  [PERSON, "Unzustellbar", "Meine Mail an bob@example.com ist unzustellbar. Hast du eine andere Adresse?"],
  [PERSON, "échec de la remise", "Le colis n'a pas pu être remis. bob@example.com"],
  [PERSON, "error sending your mail", "There was an error sending your mail to bob@example.com, said Ann."],
  [PERSON, "Message rejected", "The committee rejected the message of bob@example.com."],
  [PERSON, "Warning: message delayed", "The train is late, tell bob@example.com."],
  [PERSON, "SMTP codes", "A 550 says that the user is unknown: RCPT TO:<bob@example.com>"],
  [
    PERSON,
    "New addresses",
    "The following addresses had errors in my list:\nbob@example.com\nann@example.com",
  ],
  [PERSON, "Test plan", "1. Send to bob@example.com\n2. Expect 5.1.1 user unknown\n3. Expect 4.2.2"],
  [
    PERSON,
    "Delivery failed again",
    "Courier says delivery to the following recipient failed: Bob, bob@example.com",
  ],
  [PERSON, "mailer-daemon", "Who is mailer-daemon@example.com, and why does it write to me?"],
  [PERSON, "Fwd: failure notice", "Begin forwarded message:\n\n> bob@example.com could not be reached"],
  ["Bob Daemon <bob.daemon@example.com>", "Delivery failure", "bob@example.com could not be delivered to."],
  [
    "Mail Delivery Services Ltd <sales@post.example>",
    "Delivery problems?",
    "Ask bob@example.com for a quote.",
  ],
  ["Mail Deliveries <news@post.example>", "Failed deliveries cost you", "Write to bob@example.com."],
  ["Mailsystem Weekly <news@mail.example>", "Why mail fails", "Undeliverable mail: ask bob@example.com"],
  [NO_REPLY, "Delivery failed", "We could not deliver your order. Contact: bob@example.com"],
  [NO_REPLY, "Your delivery status", "Your parcel was not delivered. Questions? help@shop.example"],
  [NO_REPLY, "Delivery notification", "Delivered to bob@example.com at 10:13."],
  [NO_REPLY, "Payment failed", "The payment of bob@example.com was rejected: error 550."],
  [NO_REPLY, "Undeliverable parcel", "The following recipient was not at home: bob@example.com"],
  [NO_REPLY, "Returned to sender", "Your parcel was returned to sender. bob@example.com"],
  [NO_REPLY, "Mailbox almost full", "Your mailbox bob@example.com is over its quota by 5.2.2 per cent."],
  [NO_REPLY, "Verify your address", "bob@example.com\n\nis not verified. Unknown user? Sign up."],
  [
    NO_REPLY,
    "Message rejected by moderator",
    "Your post was rejected.\n\nReason: off topic\nbob@example.com",
  ],
  [NO_REPLY, "Build failed", "The delivery pipeline has failed: 550 tests. bob@example.com broke it."],
  [NO_REPLY, "Webhook delivery failed", "POST to bob@example.com/hook failed, 502. Will be retried."],
  [NO_REPLY, "Invitation bounced", "We could not reach bob@example.com, so the invitation is open."],
  [NO_REPLY, "Login failure notice", "bob@example.com: failed login from 192.0.2.1"],
  [NO_REPLY, "Reset your password", "bob@example.com asked for a new password."],
  [NO_REPLY, "Delivery delayed", "Your order is delayed. We will keep trying. bob@example.com"],
  [POSTMASTER, "Maintenance on Friday", "Mailboxes cannot be reached from 20:00. Ask bob@example.com."],
  [POSTMASTER, "New spam filter", "Mail to bob@example.com may be rejected with 550 5.7.1."],
  [
    POSTMASTER,
    "Re: a question",
    "Mail for bob@example.com was rejected because the mailbox is full. I have mended it.",
  ],
  [POSTMASTER, "How to read bounces", "A line like 550 5.1.1 <bob@example.com> says: user unknown."],
  [POSTMASTER, "Welcome", "Your address is bob@example.com."],
  [POSTMASTER, "Quota warning", "bob@example.com uses 95 % of the quota. The mailbox is nearly full."],
  [POSTMASTER, "Weekly statistics", "Delivered: 12345\nRejected: 550\nTop recipient: bob@example.com"],
  [PERSON, "Out of office", "I have no access to my mailbox. Contact bob@example.com.", AUTO, NULL_SENDER],
  [PERSON, "Out of office: Returned mail", "Write to bob@example.com. Mail is not delivered.", NULL_SENDER],
  [PERSON, "Automatic reply: failure notice", "The user is away. Ask bob@example.com.", NULL_SENDER],
  [PERSON, "Abwesenheit", "Nachrichten an bob@example.com werden zugestellt.", NULL_SENDER],
  [PERSON, "I have left the company", "This mailbox is not read. Write to bob@example.com.", NULL_SENDER],
  [PERSON, "Thank you for your message", "The recipient will answer. bob@example.com", NULL_SENDER],
  [NO_REPLY, "Ticket 550 opened", "bob@example.com will look at the mailbox.", NULL_SENDER, AUTO],
  [NO_REPLY, "Your subscription", "The address bob@example.com was added.", NULL_SENDER],
  ["List <list-request@example.com>", "confirm 5.1.1", "bob@example.com wants to join.", NULL_SENDER],
  [PERSON, "AW: Nicht zugestellt", "Die Mail an bob@example.com? Die ist angekommen."],
  [PERSON, "配信不能について", "bob@example.com に送信できません。どうすればいいですか。"],
  [PERSON, "退信", "bob@example.com 的退信是什么意思？"],
  [
    "SES <no-reply@sns.amazonaws.com>",
    "AWS Notification Message",
    '{"notificationType":"Delivery","delivery":{"recipients":["bob@example.com"],"smtpResponse":"250 ok"}}',
  ],
  [
    "SES <no-reply@sns.amazonaws.com>",
    "AWS Notification Message",
    '{"notificationType":"Complaint","complaint":{"complainedRecipients":[{"emailAddress":"bob@example.com"}]}}',
  ],
  [
    "SES <MAILER-DAEMON@amazonses.com>",
    "Delivery failure",
    '{"eventType":"DeliveryDelay","deliveryDelay":{"delayedRecipients":[{"emailAddress":"bob@example.com"}]}}',
  ],
  [
    "Feedback <MAILER-DAEMON@example.com>",
    "Email feedback report",
    "--b\n\nabuse of bob@example.com\n--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nOriginal-Rcpt-To: bob@example.com\n--b--\n",
    "Content-Type: multipart/report; report-type=feedback-report; boundary=b",
  ],
];

const toMessage = ([from, subject, text, ...fields]: (typeof ORDINARY)[number]): string =>
  [...fields, `From: ${from}`, "To: ada@example.org", `Subject: ${subject}`, "", text, ""].join("\n");

describe("ordinary mail that talks about deliveries", () => {
  test(`is there in ${ORDINARY.length} kinds`, () => {
    expect(ORDINARY.length).toBeGreaterThanOrEqual(60);
  });

  test.each(ORDINARY.map((mail): [string, string] => [`${mail[0]}: ${mail[1]}`, toMessage(mail)]))(
    "is no bounce: %s",
    (_name, source) => {
      expect(parseDeliveryReport(parseMessage(source))).toBeUndefined();
    },
  );
});

test.each([
  "Warning: message 1-2 delayed 24 hours",
  "Delivery Status Notification (Delay)",
  "Message delayed",
])("a warning of a mail system is no failure: %s", (subject) => {
  const text =
    "A message that you sent has not yet been delivered to one or more of its\nrecipients after more than 24 hours.\n\n  bob@example.com\n    Delay reason: connection timed out\n\nNo action is required on your part. Delivery attempts will continue.";
  const report = parseDeliveryReport(
    parseMessage(toMessage(["Mail Delivery System <MAILER-DAEMON@mx.example.net>", subject, text])),
  );
  expect(report?.recipients.map(({ recipient, action }) => [recipient, action])).toEqual([
    ["bob@example.com", "delayed"],
  ]);
});
