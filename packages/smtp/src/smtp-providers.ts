import type { Security, ServerOptions } from "@mailwright/core";
import type { SmtpProvider } from "./smtp-provider.js";

const DAY_MS = 86_400_000;

/** The common providers, as data. Add to the limits what your own contract says. */
export const smtpProviders: readonly SmtpProvider[] = [
  {
    id: "gmail",
    name: "Gmail",
    domains: ["gmail.com", "googlemail.com"],
    server: at("smtp.gmail.com", 465),
    rate: { recipients: { limit: 500, intervalMs: DAY_MS } },
    maxRecipients: 100,
    login: ["app-password", "oauth"],
    savesSentCopy: true,
  },
  {
    id: "microsoft365",
    name: "Microsoft 365",
    domains: [],
    server: at("smtp.office365.com", 587),
    pool: { maxPerKey: 3 },
    rate: {
      messages: { limit: 30, intervalMs: 60_000 },
      recipients: { limit: 10_000, intervalMs: DAY_MS },
    },
    maxRecipients: 500,
    login: ["oauth"],
    savesSentCopy: true,
  },
  {
    id: "outlook",
    name: "Outlook.com",
    domains: ["outlook.com", "hotmail.com", "live.com", "msn.com"],
    server: at("smtp-mail.outlook.com", 587),
    pool: { maxPerKey: 3 },
    rate: { messages: { limit: 30, intervalMs: 60_000 } },
    maxRecipients: 100,
    login: ["oauth"],
    savesSentCopy: true,
  },
  {
    id: "yahoo",
    name: "Yahoo Mail",
    domains: ["yahoo.com", "ymail.com", "rocketmail.com"],
    server: at("smtp.mail.yahoo.com", 465),
    maxRecipients: 100,
    login: ["app-password", "oauth"],
    savesSentCopy: undefined,
  },
  {
    id: "aol",
    name: "AOL Mail",
    domains: ["aol.com"],
    server: at("smtp.aol.com", 465),
    login: ["app-password", "oauth"],
    savesSentCopy: undefined,
  },
  {
    id: "icloud",
    name: "iCloud Mail",
    domains: ["icloud.com", "me.com", "mac.com"],
    server: at("smtp.mail.me.com", 587),
    rate: { messages: { limit: 1_000, intervalMs: DAY_MS } },
    maxRecipients: 500,
    login: ["app-password"],
    savesSentCopy: false,
  },
  {
    id: "fastmail",
    name: "Fastmail",
    domains: ["fastmail.com", "fastmail.fm"],
    server: at("smtp.fastmail.com", 465),
    login: ["app-password", "oauth"],
    savesSentCopy: false,
  },
  {
    id: "zoho",
    name: "Zoho Mail",
    domains: ["zoho.com", "zohomail.com"],
    server: at("smtp.zoho.com", 465),
    login: ["password", "app-password", "oauth"],
    savesSentCopy: undefined,
  },
  {
    id: "gmx",
    name: "GMX",
    domains: ["gmx.net", "gmx.de", "gmx.at", "gmx.ch"],
    server: at("mail.gmx.net", 587),
    login: ["password", "app-password"],
    savesSentCopy: undefined,
  },
  {
    id: "yandex",
    name: "Yandex Mail",
    domains: ["yandex.com", "yandex.ru", "ya.ru"],
    server: at("smtp.yandex.ru", 465),
    login: ["app-password", "oauth"],
    savesSentCopy: undefined,
  },
  {
    id: "mailru",
    name: "Mail.ru",
    domains: ["mail.ru", "inbox.ru", "list.ru", "bk.ru"],
    server: at("smtp.mail.ru", 465),
    login: ["app-password", "oauth"],
    savesSentCopy: undefined,
  },
  relay("ses", "Amazon SES (us-east-1)", at("email-smtp.us-east-1.amazonaws.com", 465), 50),
  relay("sendgrid", "SendGrid", at("smtp.sendgrid.net", 587)),
  relay("mailgun", "Mailgun", at("smtp.mailgun.org", 465)),
  relay("postmark", "Postmark", at("smtp.postmarkapp.com", 587), 50),
  relay("mailjet", "Mailjet", at("in-v3.mailjet.com", 587)),
  relay("brevo", "Brevo", at("smtp-relay.brevo.com", 587)),
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
function relay(id: string, name: string, server: ServerOptions, maxRecipients?: number): SmtpProvider {
  return { id, name, domains: [], server, maxRecipients, login: ["api-key"], savesSentCopy: false };
}
