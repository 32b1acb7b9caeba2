import type { Provider } from "../provider.js";
import { onUsualPorts, starttls, tls } from "./servers.js";
import { ISPDB, PROVIDER_DB } from "./sources.js";

const DAY_MS = 86_400_000;

/** Providers with users everywhere. */
export const internationalProviders: readonly Provider[] = [
  {
    id: "gmail",
    name: "Gmail",
    domains: ["gmail.com", "googlemail.com"],
    ...onUsualPorts("imap.gmail.com", "pop.gmail.com", "smtp.gmail.com"),
    logins: ["oauth", "app-password"],
    appPasswordHelp: "https://support.google.com/accounts/answer/185833",
    limits: {
      imapConnections: 15,
      maxRecipients: 100,
      rateLimits: { recipients: { limit: 500, intervalMs: DAY_MS } },
    },
    renewMs: 540_000,
    filesSentMail: true,
    sources: [
      "https://developers.google.com/workspace/gmail/imap/imap-smtp",
      "https://support.google.com/mail/answer/22839",
      "https://support.google.com/a/answer/166852",
      "https://support.google.com/mail/answer/78892",
    ],
    note:
      "About 2.5 GB of IMAP download a day; over that, the account is blocked for a while. The number of IMAP " +
      "connections and the end of IDLE are known from others' reports, not from a page of Google's.",
  },
  {
    id: "outlook",
    name: "Outlook.com",
    domains: [
      ...["outlook.com", "outlook.de", "outlook.es", "outlook.fr", "outlook.it"],
      ...["hotmail.com", "hotmail.co.uk", "hotmail.de", "hotmail.es", "hotmail.fr", "hotmail.it"],
      ...["live.com", "live.co.uk", "live.de", "live.fr", "live.nl", "msn.com", "windowslive.com"],
    ],
    imap: tls("outlook.office365.com", 993),
    pop3: tls("outlook.office365.com", 995),
    smtp: starttls("smtp-mail.outlook.com", 587),
    logins: ["oauth"],
    limits: {},
    renewMs: 540_000,
    sources: [
      "https://support.microsoft.com/en-us/office/pop-imap-and-smtp-settings-8361e398-8af4-4e97-b147-6c6c4ac95353",
      `${ISPDB}/hotmail.com.xml`,
    ],
    note:
      "Passwords are refused. IMAP and POP3 have to be switched on in the account's settings. No page says when IDLE " +
      "ends or whether sent mail is filed.",
  },
  {
    id: "microsoft365",
    name: "Microsoft 365",
    domains: [],
    imap: tls("outlook.office365.com", 993),
    pop3: tls("outlook.office365.com", 995),
    smtp: starttls("smtp.office365.com", 587),
    logins: ["oauth"],
    limits: {
      smtpConnections: 3,
      rateLimits: {
        messages: { limit: 30, intervalMs: 60_000 },
        recipients: { limit: 10_000, intervalMs: DAY_MS },
      },
    },
    renewMs: 540_000,
    filesSentMail: true,
    sources: [
      "https://learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth",
      "https://learn.microsoft.com/exchange/troubleshoot/send-emails/smtp-submission-improvements",
      "https://developer.nylas.com/docs/cookbook/email/outlook-smtp-settings/",
    ],
    note:
      'Answers "User is authenticated but not connected" while a mailbox moves; FETCH may leave messages out. SMTP has ' +
      "to be switched on for the mailbox. No page says when IDLE ends.",
  },
  {
    id: "icloud",
    name: "iCloud Mail",
    domains: ["icloud.com", "me.com", "mac.com"],
    imap: tls("imap.mail.me.com", 993),
    smtp: starttls("smtp.mail.me.com", 587),
    logins: ["app-password"],
    appPasswordHelp: "https://support.apple.com/102654",
    limits: {
      maxRecipients: 500,
      rateLimits: {
        messages: { limit: 1_000, intervalMs: DAY_MS },
        recipients: { limit: 1_000, intervalMs: DAY_MS },
      },
    },
    sources: ["https://support.apple.com/102198", `${PROVIDER_DB}/icloud.md`, `${ISPDB}/me.com.xml`],
    note: "The user of IMAP is the part before the @, that of SMTP the whole address. No POP3.",
  },
  {
    id: "yahoo",
    name: "Yahoo Mail",
    domains: [
      ...["yahoo.com", "yahoo.de", "yahoo.es", "yahoo.fr", "yahoo.it", "yahoo.se"],
      ...["yahoo.co.in", "yahoo.co.nz", "yahoo.co.uk"],
      ...["yahoo.com.ar", "yahoo.com.au", "yahoo.com.br", "yahoo.com.mx"],
      ...["myyahoo.com", "rocketmail.com", "ymail.com"],
    ],
    ...onUsualPorts("imap.mail.yahoo.com", "pop.mail.yahoo.com", "smtp.mail.yahoo.com"),
    logins: ["app-password", "oauth"],
    appPasswordHelp: "https://help.yahoo.com/kb/SLN15241.html",
    limits: { imapConnections: 5 },
    sources: [
      `${ISPDB}/yahoo.com.xml`,
      `${PROVIDER_DB}/yahoo.md`,
      "https://developer.nylas.com/docs/provider-guides/yahoo-authentication",
    ],
    note: "OAuth only for programs that Yahoo has admitted. The number of connections is not documented.",
  },
  {
    id: "aol",
    name: "AOL Mail",
    domains: [
      ...["aol.com", "aol.de", "aol.es", "aol.fr", "aol.it", "aol.se", "aol.co.nz", "aol.co.uk"],
      ...["aol.com.ar", "aol.com.au", "aol.com.br", "aol.com.mx", "aim.com"],
      ...["compuserve.com", "cs.com", "netscape.com", "netscape.net", "wmconnect.com"],
    ],
    ...onUsualPorts("imap.aol.com", "pop.aol.com", "smtp.aol.com"),
    logins: ["app-password", "oauth"],
    limits: { imapConnections: 5 },
    sources: [`${ISPDB}/aol.com.xml`, `${PROVIDER_DB}/aol.md`],
    note: "Run by Yahoo; the number of connections is Yahoo's and not documented.",
  },
  {
    id: "fastmail",
    name: "Fastmail",
    domains: ["fastmail.com", "fastmail.fm"],
    ...onUsualPorts("imap.fastmail.com", "pop.fastmail.com", "smtp.fastmail.com"),
    logins: ["app-password", "oauth"],
    appPasswordHelp: "https://www.fastmail.help/hc/en-us/articles/360058752854",
    limits: {},
    sources: [
      "https://www.fastmail.com/help/technical/servernamesandports.html",
      "https://www.fastmail.com/dev/",
      "https://www.fastmail.com/for-developers/oauth/",
    ],
    note: "OAuth only for programs that Fastmail has registered.",
  },
  {
    id: "zoho",
    name: "Zoho Mail",
    domains: ["zoho.com", "zohomail.com"],
    ...onUsualPorts("imap.zoho.com", "pop.zoho.com", "smtp.zoho.com"),
    logins: ["password", "app-password"],
    limits: {},
    sources: [`${ISPDB}/zoho.com.xml`, "https://www.zoho.com/mail/help/zoho-smtp.html"],
    note:
      "Other data centres have hosts of their own (imap.zoho.eu), paid domains imappro, poppro and smtppro. With " +
      "two-factor login an app password. Files sent mail unless its user switched that off.",
  },
  {
    id: "proton-bridge",
    name: "Proton Mail Bridge",
    domains: ["proton.me", "protonmail.com", "pm.me"],
    imap: starttls("127.0.0.1", 1143),
    smtp: starttls("127.0.0.1", 1025),
    logins: ["app-password"],
    limits: {},
    sources: ["https://proton.me/support/protonmail-bridge-faq"],
    note:
      "The Bridge runs on this machine and shows its ports (these are its usual ones) and a password of its own; its " +
      "certificate goes into `tls.ca`. No POP3.",
  },
];
