import type { Provider } from "../provider.js";
import { onUsualPorts } from "./servers.js";
import { ISPDB, PROVIDER_DB } from "./sources.js";

/** Providers that are most used in Europe. */
export const europeanProviders: readonly Provider[] = [
  {
    id: "gmx",
    name: "GMX",
    domains: ["gmx.net", "gmx.de", "gmx.at", "gmx.ch", "gmx.eu", "gmx.biz", "gmx.info", "gmx.org"],
    ...onUsualPorts("imap.gmx.net", "pop.gmx.net", "mail.gmx.net"),
    logins: ["password", "app-password"],
    limits: {},
    sources: [`${ISPDB}/gmx.net.xml`, `${PROVIDER_DB}/gmx.net.md`],
    note:
      "IMAP and POP3 have to be switched on in the account's settings. With two-factor login an app password. Accounts " +
      "of gmx.com are on other servers.",
  },
  {
    id: "webde",
    name: "WEB.DE",
    domains: ["web.de"],
    ...onUsualPorts("imap.web.de", "pop3.web.de", "smtp.web.de"),
    logins: ["password"],
    limits: {},
    sources: [`${ISPDB}/web.de.xml`, `${PROVIDER_DB}/web.de.md`],
    note:
      "The user is the part before the @. IMAP and POP3 have to be switched on in the account's settings. POP3 logins " +
      "more often than every 15 minutes are refused.",
  },
  {
    id: "telekom",
    name: "Telekom Mail",
    domains: ["t-online.de", "magenta.de"],
    ...onUsualPorts("secureimap.t-online.de", "securepop.t-online.de", "securesmtp.t-online.de"),
    logins: ["app-password"],
    limits: {},
    sources: [`${ISPDB}/t-online.de.xml`, `${PROVIDER_DB}/t-online.md`],
    note: "The password for mail programs is set in the account's settings and is not that of the web site.",
  },
  {
    id: "ionos",
    name: "IONOS",
    domains: [],
    ...onUsualPorts("imap.ionos.com", "pop.ionos.com", "smtp.ionos.com"),
    logins: ["password"],
    limits: {},
    sources: [
      `${ISPDB}/ionos.com`,
      "https://www.ionos.co.uk/help/email/glossary-email-terms-explained/outgoing-mail-server/",
    ],
    note: "Customers of other countries have hosts of their own, such as imap.ionos.fr.",
  },
  {
    id: "ovh",
    name: "OVH",
    domains: [],
    ...onUsualPorts("ssl0.ovh.net", "ssl0.ovh.net", "ssl0.ovh.net"),
    logins: ["password"],
    limits: {},
    sources: [
      "https://github.com/ovh/docs/blob/master/pages/web_cloud/email_and_collaborative_solutions/mx_plan/email_generalities/guide.en-gb.md",
    ],
    note: "For MX Plan; Exchange and E-mail Pro have hosts of their own, which the control panel shows.",
  },
  {
    id: "yandex",
    name: "Yandex Mail",
    domains: ["yandex.com", "yandex.ru", "yandex.by", "yandex.kz", "yandex.ua", "ya.ru", "narod.ru"],
    ...onUsualPorts("imap.yandex.com", "pop.yandex.com", "smtp.yandex.com"),
    logins: ["oauth", "app-password"],
    limits: {},
    sources: [
      `${ISPDB}/yandex.ru.xml`,
      `${PROVIDER_DB}/yandex.ru.md`,
      "https://yandex.ru/support/mail-business/web/security/oauth.html",
    ],
    note: "IMAP has to be switched on in the account's settings. OAuth is documented for IMAP and SMTP.",
  },
  {
    id: "mailru",
    name: "Mail.ru",
    domains: ["mail.ru", "inbox.ru", "list.ru", "bk.ru", "internet.ru"],
    ...onUsualPorts("imap.mail.ru", "pop.mail.ru", "smtp.mail.ru"),
    logins: ["app-password", "oauth"],
    limits: {},
    sources: [`${ISPDB}/mail.ru`, `${PROVIDER_DB}/mail.ru.md`],
    note: "No page says that SMTP takes OAuth tokens.",
  },
];
