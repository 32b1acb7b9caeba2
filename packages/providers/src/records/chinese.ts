import type { Provider } from "../provider.js";
import { onUsualPorts } from "./servers.js";
import { ISPDB, PROVIDER_DB } from "./sources.js";

/** Providers that are most used in China; what they call an authorization code is an app password. */
export const chineseProviders: readonly Provider[] = [
  {
    id: "163",
    name: "163.com",
    domains: ["163.com"],
    ...onUsualPorts("imap.163.com", "pop.163.com", "smtp.163.com"),
    logins: ["app-password"],
    limits: {},
    sources: [`${PROVIDER_DB}/163.md`, "https://github.com/modern-email/defects/issues/25"],
    note:
      'Refuses SELECT as "Unsafe Login" until the client has sent ID; it is sent. IMAP and POP3 have to be switched on ' +
      "in the account's settings. The host of POP3 was not looked up.",
  },
  {
    id: "126",
    name: "126.com",
    domains: ["126.com"],
    ...onUsualPorts("imap.126.com", "pop.126.com", "smtp.126.com"),
    logins: ["app-password"],
    limits: {},
    sources: ["https://github.com/thunderbird/thunderbird-android/issues/6519"],
    note:
      'Refuses SELECT as "Unsafe Login" until the client has sent ID; it is sent. Run like 163.com: no page with its ' +
      "hosts was found.",
  },
  {
    id: "qq",
    name: "QQ Mail",
    domains: ["qq.com", "foxmail.com"],
    ...onUsualPorts("imap.qq.com", "pop.qq.com", "smtp.qq.com"),
    logins: ["app-password"],
    limits: {},
    sources: [`${ISPDB}/qq.com.xml`, `${PROVIDER_DB}/qq.md`, "https://cloud.kd.cn/ask/9658.html"],
    note: "Refuses descending UID sets; none are sent. IMAP and POP3 have to be switched on in the account's settings.",
  },
];
