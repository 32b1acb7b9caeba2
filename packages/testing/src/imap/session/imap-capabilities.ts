/** What can be switched off by `disable`; the names are those of the CAPABILITY response. */
export type ImapCapability =
  | "STARTTLS"
  | "SASL-IR"
  | "AUTH=PLAIN"
  | "AUTH=LOGIN"
  | "AUTH=XOAUTH2"
  | "AUTH=OAUTHBEARER"
  | "AUTH=SCRAM-SHA-256"
  | "LITERAL+"
  | "ID"
  | "ENABLE"
  | "IDLE"
  | "NAMESPACE"
  | "CHILDREN"
  | "UNSELECT"
  | "UIDPLUS"
  | "MOVE"
  | "CONDSTORE"
  | "QRESYNC"
  | "ESEARCH"
  | "SEARCHRES"
  | "WITHIN"
  | "SORT"
  | "LIST-EXTENDED"
  | "LIST-STATUS"
  | "SPECIAL-USE"
  | "OBJECTID"
  | "STATUS=SIZE"
  | "APPENDLIMIT"
  | "QUOTA"
  | "NOTIFY";

const ALWAYS = "IMAP4rev1";
const BEFORE_LOGIN: readonly ImapCapability[] = [
  "STARTTLS",
  "SASL-IR",
  "AUTH=PLAIN",
  "AUTH=LOGIN",
  "AUTH=XOAUTH2",
  "AUTH=OAUTHBEARER",
  "AUTH=SCRAM-SHA-256",
  "LITERAL+",
  "ID",
  "ENABLE",
  "IDLE",
];
const AFTER_LOGIN: readonly ImapCapability[] = [
  "LITERAL+",
  "ID",
  "ENABLE",
  "IDLE",
  "NAMESPACE",
  "CHILDREN",
  "UNSELECT",
  "UIDPLUS",
  "MOVE",
  "CONDSTORE",
  "QRESYNC",
  "ESEARCH",
  "SEARCHRES",
  "WITHIN",
  "SORT",
  "LIST-EXTENDED",
  "LIST-STATUS",
  "SPECIAL-USE",
  "OBJECTID",
  "STATUS=SIZE",
  "APPENDLIMIT",
  "QUOTA",
  "NOTIFY",
];

/** Everything that can be switched off. */
export const imapCapabilityNames: readonly ImapCapability[] = [...new Set([...BEFORE_LOGIN, ...AFTER_LOGIN])];

/** Whether the server knows a capability of that name at all. */
export function isImapCapability(name: string): boolean {
  return imapCapabilityNames.some((known) => known === name);
}

/** What the server says it can do at this point of the session. */
export interface CapabilityState {
  readonly isAuthenticated: boolean;
  readonly isSecure: boolean;
  readonly requiresTls: boolean;
  readonly maxLiteralBytes: number;
  readonly disabled: ReadonlySet<string>;
}

/** The words of a CAPABILITY response (RFC 3501 §7.2.1). */
export function listCapabilities(state: CapabilityState): string[] {
  const { isAuthenticated, isSecure, requiresTls, disabled } = state;
  const isLoginAllowed = isSecure || !requiresTls;
  const offered = (isAuthenticated ? AFTER_LOGIN : BEFORE_LOGIN).filter(
    (name) =>
      !disabled.has(name) &&
      (name !== "STARTTLS" || !isSecure) &&
      (!name.startsWith("AUTH=") || isLoginAllowed),
  );
  const words = offered.map((name) =>
    name === "APPENDLIMIT" ? `APPENDLIMIT=${state.maxLiteralBytes}` : name,
  );
  return [ALWAYS, ...words, ...(isLoginAllowed || isAuthenticated ? [] : ["LOGINDISABLED"])];
}
