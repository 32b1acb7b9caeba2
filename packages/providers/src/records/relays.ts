import type { Provider } from "../provider.js";
import { starttls, tls } from "./servers.js";

/** Services that only send: without mailboxes, and so without a Sent folder. */
export const relays: readonly Provider[] = [
  {
    id: "ses",
    name: "Amazon SES (us-east-1)",
    domains: [],
    smtp: tls("email-smtp.us-east-1.amazonaws.com", 465),
    logins: ["api-key"],
    limits: { maxRecipients: 50 },
    filesSentMail: false,
    sources: [
      "https://docs.aws.amazon.com/ses/latest/dg/smtp-connect.html",
      "https://docs.aws.amazon.com/ses/latest/dg/quotas.html",
    ],
    note: "Each region has a host of its own; how much may be sent in what time is granted to each account.",
  },
  {
    id: "sendgrid",
    name: "SendGrid",
    domains: [],
    smtp: starttls("smtp.sendgrid.net", 587),
    logins: ["api-key"],
    limits: {},
    filesSentMail: false,
    sources: [
      "https://www.twilio.com/docs/sendgrid/for-developers/sending-email/integrating-with-the-smtp-api",
    ],
  },
  {
    id: "mailgun",
    name: "Mailgun",
    domains: [],
    smtp: tls("smtp.mailgun.org", 465),
    logins: ["api-key"],
    limits: {},
    filesSentMail: false,
    sources: ["https://documentation.mailgun.com/docs/mailgun/user-manual/sending-messages/send-smtp"],
  },
  {
    id: "postmark",
    name: "Postmark",
    domains: [],
    smtp: starttls("smtp.postmarkapp.com", 587),
    logins: ["api-key"],
    limits: { maxRecipients: 50 },
    filesSentMail: false,
    sources: [
      "https://postmarkapp.com/developer",
      "https://postmarkapp.com/support/article/811-what-are-the-smtp-details-api-tokens-i-should-be-using",
    ],
  },
  {
    id: "mailjet",
    name: "Mailjet",
    domains: [],
    smtp: starttls("in-v3.mailjet.com", 587),
    logins: ["api-key"],
    limits: {},
    filesSentMail: false,
    sources: [
      "https://smtptester.org/guides/mailjet-smtp-test/",
      "https://www.mailjet.com/support/what-are-the-api-key-and-secret-keys-how-should-i-use-them,109.htm",
    ],
    note: "The user is the API key, the password its secret key.",
  },
  {
    id: "brevo",
    name: "Brevo",
    domains: [],
    smtp: tls("smtp-relay.brevo.com", 465),
    logins: ["api-key"],
    limits: {},
    filesSentMail: false,
    sources: ["https://developers.brevo.com/docs/smtp-integration"],
  },
];
