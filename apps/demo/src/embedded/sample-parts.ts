import { ascii, file, type MimeSource, multipart, text } from "./mime-source.js";

/** A message body with a subject, as the generator takes its turns through them. */
export interface SampleBody {
  readonly subject: string;
  readonly part: MimeSource;
  readonly headers?: readonly string[];
}

const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const png = Buffer.from(PNG, "base64");
const pdf = Buffer.from(
  "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n",
);

const invitation = `BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example.test//calendar//EN
METHOD:REQUEST
BEGIN:VEVENT
UID:release-review@example.test
DTSTAMP:20260105T080000Z
DTSTART:20260112T100000Z
DTEND:20260112T110000Z
SUMMARY:Release review
ORGANIZER:mailto:grace@example.test
ATTENDEE:mailto:ada@example.test
END:VEVENT
END:VCALENDAR
`;

const failure = `Reporting-MTA: dns; mail.example.test
Arrival-Date: Mon, 5 Jan 2026 08:00:00 +0000

Final-Recipient: rfc822; gone@example.org
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.example.org
Diagnostic-Code: smtp; 550 5.1.1 <gone@example.org>: no such mailbox
`;

const failedMessage = `From: ada@example.test
To: gone@example.org
Subject: Are you still there?
Message-ID: <lost-1@example.test>
`;

const flowed = `This paragraph was written in a window of seventy-two columns, and its
lines are soft: a reader may flow them to any width it likes.

> A quoted paragraph does the same, one level
> deeper.
`.replaceAll(/(\w)\n(?=\w)/g, "$1 \n");

/** Bodies of every shape that mail has: attachments, inline images, HTML only, reports, forwards. */
export const SAMPLE_BODIES: readonly SampleBody[] = [
  {
    subject: "Signed contract",
    part: multipart("mixed", "=_contract", [
      text("plain", "Signed on both pages; the original follows by post.\n"),
      file("Vertrag – unterschrieben.pdf", "application/pdf", pdf),
    ]),
  },
  {
    subject: "Figures of the quarter",
    part: multipart("mixed", "=_figures", [
      text("plain", "The table and the raw data.\n"),
      file(
        "quarter.csv",
        "text/csv; charset=utf-8",
        Buffer.from("month;sent;bounced\n10;4120;12\n11;3987;9\n"),
      ),
      file("raw.bin", "application/octet-stream", Buffer.alloc(48_000, "mailwright")),
    ]),
  },
  {
    subject: "The new logo",
    part: multipart("related", "=_logo", [
      multipart("alternative", "=_logo-text", [
        text("plain", "The logo is in the HTML part.\n"),
        text("html", '<p>Here it is: <img src="cid:logo@example.test" alt="the logo"></p>\n'),
      ]),
      file("logo.png", "image/png", png, "logo@example.test"),
    ]),
  },
  {
    subject: "Weekly digest #42",
    part: text("html", "<h1>Digest</h1><p>Five things that happened &amp; one that did not.</p>\n"),
    headers: [
      "List-Id: The digest <digest.example.test>",
      "List-Unsubscribe: <https://lists.example.test/u/42>",
    ],
  },
  {
    subject: "Invitation: Release review",
    part: multipart("alternative", "=_invitation", [
      text("plain", "Monday, 12 January, 10:00 UTC\n"),
      ascii('text/calendar; charset=us-ascii; method="REQUEST"', invitation),
    ]),
  },
  {
    subject: "Undelivered Mail Returned to Sender",
    part: multipart("report; report-type=delivery-status", "=_bounce", [
      text("plain", "The message could not be delivered to gone@example.org.\n"),
      ascii("message/delivery-status", failure),
      ascii("text/rfc822-headers", failedMessage),
    ]),
    headers: ["Auto-Submitted: auto-replied"],
  },
  {
    subject: "Fwd: Are you still there?",
    part: multipart("mixed", "=_forward", [
      text("plain", "See below.\n"),
      ascii("message/rfc822", `${failedMessage}\nHello? It has been a year.\n`),
    ]),
  },
  { subject: "A flowing text", part: ascii("text/plain; charset=us-ascii; format=flowed", flowed) },
];
