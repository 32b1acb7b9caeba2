import type { Security } from "@mailwright/core";

/** Where one protocol of a provider is. */
export interface ProviderServer {
  readonly host: string;
  readonly port: number;
  readonly security: Security;
}

/** What a user of a provider logs in with. */
export type ProviderLogin = "oauth" | "app-password" | "password";

/** A mail provider's settings, as data: nothing in this package depends on them. */
export interface ProviderPreset {
  readonly id: string;
  readonly name: string;
  /** Address domains that are certainly its own; it may host others. */
  readonly domains: readonly string[];
  readonly imap: ProviderServer;
  readonly pop3?: ProviderServer | undefined;
  readonly smtp: ProviderServer;
  /** In the order to offer them. */
  readonly logins: readonly ProviderLogin[];
  /** IMAP connections that one account may have at once, where the provider is known to count. */
  readonly maxConnections?: number | undefined;
  /** For `watch`: the provider ends an IDLE that is longer. */
  readonly renewMs?: number | undefined;
  /** The provider files sent mail by itself: do not append it to the Sent folder too. */
  readonly filesSentMail?: boolean | undefined;
  readonly note?: string | undefined;
}

const tls = (host: string, port: number): ProviderServer => ({ host, port, security: "tls" });
const starttls = (host: string, port: number): ProviderServer => ({ host, port, security: "starttls" });

interface Hosts {
  readonly imap: string;
  readonly pop3?: string;
  readonly smtp: string;
}

/** The usual ports: 993, 995 and 465, all TLS. */
function hosts({ imap, pop3, smtp }: Hosts): Pick<ProviderPreset, "imap" | "pop3" | "smtp"> {
  return {
    imap: tls(imap, 993),
    pop3: pop3 === undefined ? undefined : tls(pop3, 995),
    smtp: tls(smtp, 465),
  };
}

/** The common providers. */
export const providerPresets: readonly ProviderPreset[] = [
  {
    id: "gmail",
    name: "Gmail",
    domains: ["gmail.com", "googlemail.com"],
    ...hosts({ imap: "imap.gmail.com", pop3: "pop.gmail.com", smtp: "smtp.gmail.com" }),
    logins: ["oauth", "app-password"],
    maxConnections: 15,
    renewMs: 540_000,
    filesSentMail: true,
    note: "About 2.5 GB of IMAP download a day; over that, the account is blocked for a while.",
  },
  {
    id: "outlook",
    name: "Outlook.com",
    domains: ["outlook.com", "hotmail.com", "live.com", "msn.com"],
    imap: tls("outlook.office365.com", 993),
    pop3: tls("outlook.office365.com", 995),
    smtp: starttls("smtp-mail.outlook.com", 587),
    logins: ["oauth"],
    renewMs: 540_000,
    filesSentMail: true,
    note: "Passwords are refused; IMAP may have to be switched on in the account's settings.",
  },
  {
    id: "microsoft365",
    name: "Microsoft 365",
    domains: [],
    imap: tls("outlook.office365.com", 993),
    pop3: tls("outlook.office365.com", 995),
    smtp: starttls("smtp.office365.com", 587),
    logins: ["oauth"],
    renewMs: 540_000,
    filesSentMail: true,
    note: 'Answers "User is authenticated but not connected" while a mailbox moves; FETCH may leave messages out.',
  },
  {
    id: "icloud",
    name: "iCloud Mail",
    domains: ["icloud.com", "me.com", "mac.com"],
    imap: tls("imap.mail.me.com", 993),
    smtp: starttls("smtp.mail.me.com", 587),
    logins: ["app-password"],
    note: "The user is the part before the @. No POP3.",
  },
  {
    id: "yahoo",
    name: "Yahoo Mail",
    domains: ["yahoo.com", "ymail.com", "rocketmail.com", "yahoo.co.uk", "yahoo.de", "yahoo.fr"],
    ...hosts({ imap: "imap.mail.yahoo.com", pop3: "pop.mail.yahoo.com", smtp: "smtp.mail.yahoo.com" }),
    logins: ["oauth", "app-password"],
    maxConnections: 5,
  },
  {
    id: "aol",
    name: "AOL Mail",
    domains: ["aol.com", "aim.com"],
    ...hosts({ imap: "imap.aol.com", pop3: "pop.aol.com", smtp: "smtp.aol.com" }),
    logins: ["oauth", "app-password"],
    maxConnections: 5,
  },
  {
    id: "fastmail",
    name: "Fastmail",
    domains: ["fastmail.com", "fastmail.fm"],
    ...hosts({ imap: "imap.fastmail.com", pop3: "pop.fastmail.com", smtp: "smtp.fastmail.com" }),
    logins: ["app-password"],
  },
  {
    id: "gmx",
    name: "GMX",
    domains: ["gmx.de", "gmx.net", "gmx.at", "gmx.ch"],
    ...hosts({ imap: "imap.gmx.net", pop3: "pop.gmx.net", smtp: "mail.gmx.net" }),
    logins: ["password"],
    note: "IMAP and POP3 have to be switched on in the account's settings.",
  },
  {
    id: "webde",
    name: "WEB.DE",
    domains: ["web.de"],
    imap: tls("imap.web.de", 993),
    pop3: tls("pop3.web.de", 995),
    smtp: starttls("smtp.web.de", 587),
    logins: ["password"],
    note: "IMAP and POP3 have to be switched on in the account's settings.",
  },
  {
    id: "telekom",
    name: "Telekom Mail",
    domains: ["t-online.de", "magenta.de"],
    ...hosts({
      imap: "secureimap.t-online.de",
      pop3: "securepop.t-online.de",
      smtp: "securesmtp.t-online.de",
    }),
    logins: ["app-password"],
  },
  {
    id: "ionos",
    name: "IONOS",
    domains: [],
    ...hosts({ imap: "imap.ionos.com", pop3: "pop.ionos.com", smtp: "smtp.ionos.com" }),
    logins: ["password"],
  },
  {
    id: "ovh",
    name: "OVH",
    domains: [],
    ...hosts({ imap: "ssl0.ovh.net", pop3: "ssl0.ovh.net", smtp: "ssl0.ovh.net" }),
    logins: ["password"],
  },
  {
    id: "zoho",
    name: "Zoho Mail",
    domains: ["zoho.com", "zohomail.com"],
    ...hosts({ imap: "imap.zoho.com", pop3: "pop.zoho.com", smtp: "smtp.zoho.com" }),
    logins: ["oauth", "app-password"],
    note: "Accounts of other data centres have hosts of their own, such as imap.zoho.eu.",
  },
  {
    id: "yandex",
    name: "Yandex Mail",
    domains: ["yandex.com", "yandex.ru", "ya.ru"],
    ...hosts({ imap: "imap.yandex.com", pop3: "pop.yandex.com", smtp: "smtp.yandex.com" }),
    logins: ["oauth", "app-password"],
  },
  {
    id: "mailru",
    name: "Mail.ru",
    domains: ["mail.ru", "inbox.ru", "list.ru", "bk.ru"],
    ...hosts({ imap: "imap.mail.ru", pop3: "pop.mail.ru", smtp: "smtp.mail.ru" }),
    logins: ["oauth", "app-password"],
  },
  {
    id: "163",
    name: "163.com",
    domains: ["163.com"],
    ...hosts({ imap: "imap.163.com", pop3: "pop.163.com", smtp: "smtp.163.com" }),
    logins: ["app-password"],
    note: 'Refuses SELECT as "Unsafe Login" until the client has sent ID; it is sent.',
  },
  {
    id: "126",
    name: "126.com",
    domains: ["126.com"],
    ...hosts({ imap: "imap.126.com", pop3: "pop.126.com", smtp: "smtp.126.com" }),
    logins: ["app-password"],
    note: 'Refuses SELECT as "Unsafe Login" until the client has sent ID; it is sent.',
  },
  {
    id: "qq",
    name: "QQ Mail",
    domains: ["qq.com", "foxmail.com"],
    ...hosts({ imap: "imap.qq.com", pop3: "pop.qq.com", smtp: "smtp.qq.com" }),
    logins: ["app-password"],
    note: "Refuses descending UID sets; none are sent.",
  },
  {
    id: "proton-bridge",
    name: "Proton Mail Bridge",
    domains: ["proton.me", "protonmail.com", "pm.me"],
    imap: starttls("127.0.0.1", 1143),
    smtp: starttls("127.0.0.1", 1025),
    logins: ["app-password"],
    note: "The Bridge runs on this machine; its certificate goes into `tls.ca`, its password is its own.",
  },
];

/** The preset for an address, by its domain; `undefined` for domains that are not known to be a provider's own. */
export function findProvider(address: string): ProviderPreset | undefined {
  const domain = address.slice(address.lastIndexOf("@") + 1).toLowerCase();
  return providerPresets.find(({ domains }) => domains.includes(domain));
}
