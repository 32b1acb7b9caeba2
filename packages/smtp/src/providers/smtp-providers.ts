import type { Security, ServerOptions } from "@mailwright/core";
import type { SmtpProvider } from "./smtp-provider.js";

const DAY_MS = 86_400_000;
const PROVIDER_DB = "https://github.com/chatmail/provider-db/blob/master/_providers";

/**
 * The common providers, as data, read from the pages in `sources` in November 2026. What no page says is left
 * out; add to the limits what your own contract says.
 */
export const smtpProviders: readonly SmtpProvider[] = [
  {
    id: "gmail",
    name: "Gmail",
    domains: ["gmail.com", "googlemail.com"],
    server: at("smtp.gmail.com", 465),
    rateLimits: { recipients: { limit: 500, intervalMs: DAY_MS } },
    maxRecipients: 100,
    login: ["app-password", "oauth"],
    savesSentCopy: true,
    sources: [
      "https://support.google.com/mail/answer/22839",
      "https://support.google.com/a/answer/166852",
      "https://support.google.com/mail/answer/78892",
    ],
  },
  {
    id: "microsoft365",
    name: "Microsoft 365",
    domains: [],
    server: at("smtp.office365.com", 587),
    pool: { maxPerKey: 3 },
    rateLimits: {
      messages: { limit: 30, intervalMs: 60_000 },
      recipients: { limit: 10_000, intervalMs: DAY_MS },
    },
    login: ["oauth"],
    savesSentCopy: true,
    sources: ["https://learn.microsoft.com/exchange/troubleshoot/send-emails/smtp-submission-improvements"],
  },
  {
    id: "outlook",
    name: "Outlook.com",
    domains: ["outlook.com", "hotmail.com", "live.com", "msn.com"],
    server: at("smtp-mail.outlook.com", 587),
    login: ["oauth"],
    savesSentCopy: undefined,
    sources: [
      "https://support.microsoft.com/office/sending-limits-in-outlook-com-279ee200-594c-40f0-9ec8-bb6af7735c2e",
    ],
  },
  {
    id: "yahoo",
    name: "Yahoo Mail",
    domains: ["yahoo.com", "ymail.com", "rocketmail.com"],
    server: at("smtp.mail.yahoo.com", 465),
    login: ["app-password", "oauth"],
    savesSentCopy: undefined,
    sources: [`${PROVIDER_DB}/yahoo.md`],
  },
  {
    id: "aol",
    name: "AOL Mail",
    domains: ["aol.com"],
    server: at("smtp.aol.com", 465),
    login: ["app-password", "oauth"],
    savesSentCopy: undefined,
    sources: [`${PROVIDER_DB}/aol.md`],
  },
  {
    id: "icloud",
    name: "iCloud Mail",
    domains: ["icloud.com", "me.com", "mac.com"],
    server: at("smtp.mail.me.com", 587),
    rateLimits: {
      messages: { limit: 1_000, intervalMs: DAY_MS },
      recipients: { limit: 1_000, intervalMs: DAY_MS },
    },
    maxRecipients: 500,
    login: ["app-password"],
    savesSentCopy: undefined,
    sources: ["https://support.apple.com/102198", `${PROVIDER_DB}/icloud.md`],
  },
  {
    id: "fastmail",
    name: "Fastmail",
    domains: ["fastmail.com", "fastmail.fm"],
    server: at("smtp.fastmail.com", 465),
    login: ["app-password", "oauth"],
    savesSentCopy: undefined,
    sources: ["https://www.fastmail.com/help/technical/servernamesandports.html"],
  },
  {
    id: "zoho",
    name: "Zoho Mail",
    domains: ["zoho.com", "zohomail.com"],
    server: at("smtp.zoho.com", 465),
    login: ["password", "app-password", "oauth"],
    // Unless its user switched that off.
    savesSentCopy: undefined,
    sources: ["https://www.zoho.com/mail/help/zoho-smtp.html"],
  },
  {
    id: "gmx",
    name: "GMX",
    domains: ["gmx.net", "gmx.de", "gmx.at", "gmx.ch"],
    server: at("mail.gmx.net", 465),
    login: ["password", "app-password"],
    savesSentCopy: undefined,
    sources: [`${PROVIDER_DB}/gmx.net.md`],
  },
  {
    id: "yandex",
    name: "Yandex Mail",
    domains: ["yandex.com", "yandex.ru", "ya.ru"],
    server: at("smtp.yandex.com", 465),
    login: ["app-password", "oauth"],
    savesSentCopy: undefined,
    sources: [`${PROVIDER_DB}/yandex.ru.md`],
  },
  {
    id: "mailru",
    name: "Mail.ru",
    domains: ["mail.ru", "inbox.ru", "list.ru", "bk.ru"],
    server: at("smtp.mail.ru", 465),
    login: ["app-password", "oauth"],
    savesSentCopy: undefined,
    sources: [`${PROVIDER_DB}/mail.ru.md`],
  },
  relay(
    "ses",
    "Amazon SES (us-east-1)",
    at("email-smtp.us-east-1.amazonaws.com", 465),
    [
      "https://docs.aws.amazon.com/ses/latest/dg/smtp-connect.html",
      "https://docs.aws.amazon.com/ses/latest/dg/quotas.html",
    ],
    50,
  ),
  relay("sendgrid", "SendGrid", at("smtp.sendgrid.net", 587), [
    "https://www.twilio.com/docs/sendgrid/for-developers/sending-email/integrating-with-the-smtp-api",
  ]),
  relay("mailgun", "Mailgun", at("smtp.mailgun.org", 465), [
    "https://documentation.mailgun.com/docs/mailgun/user-manual/sending-messages/send-smtp",
  ]),
  relay(
    "postmark",
    "Postmark",
    at("smtp.postmarkapp.com", 587),
    [
      "https://postmarkapp.com/developer",
      "https://postmarkapp.com/support/article/811-what-are-the-smtp-details-api-tokens-i-should-be-using",
    ],
    50,
  ),
  relay("mailjet", "Mailjet", at("in-v3.mailjet.com", 587), [
    "https://smtptester.org/guides/mailjet-smtp-test/",
  ]),
  relay("brevo", "Brevo", at("smtp-relay.brevo.com", 465), [
    "https://developers.brevo.com/docs/smtp-integration",
  ]),
];

/** The provider of an address, or the one of an id; `undefined` for domains of one's own. */
export function findSmtpProvider(addressOrId: string): SmtpProvider | undefined {
  const text = addressOrId.toLowerCase();
  const domain = text.slice(text.lastIndexOf("@") + 1);
  return smtpProviders.find(({ id, domains }) => id === text || domains.includes(domain));
}

function at(host: string, port: 465 | 587): ServerOptions {
  const security: Security = port === 465 ? "tls" : "starttls";
  return { host, port, security };
}

/** A service that only sends: it has no mailboxes, and so no Sent folder. */
function relay(
  id: string,
  name: string,
  server: ServerOptions,
  sources: readonly string[],
  maxRecipients?: number,
): SmtpProvider {
  return { id, name, domains: [], server, maxRecipients, login: ["api-key"], savesSentCopy: false, sources };
}
