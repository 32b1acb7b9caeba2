/** What can be switched off by `disable`, or on by `enable`; the names are those of the CAPABILITY response. */
export type ImapCapability =
  | "IMAP4rev1"
  | "IMAP4rev2"
  | "STARTTLS"
  | "SASL-IR"
  | "AUTH=PLAIN"
  | "AUTH=LOGIN"
  | "AUTH=XOAUTH2"
  | "AUTH=OAUTHBEARER"
  | "AUTH=SCRAM-SHA-256"
  | "AUTH=SCRAM-SHA-256-PLUS"
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
  | "THREAD=ORDEREDSUBJECT"
  | "THREAD=REFERENCES"
  | "LIST-EXTENDED"
  | "LIST-STATUS"
  | "SPECIAL-USE"
  | "OBJECTID"
  | "STATUS=SIZE"
  | "APPENDLIMIT"
  | "QUOTA"
  | "NOTIFY"
  | "BINARY"
  | "MULTIAPPEND"
  | "PREVIEW"
  | "UTF8=ACCEPT"
  | "COMPRESS=DEFLATE"
  | "XLIST";

/** Offered on request only: a client that sees them speaks otherwise, compressed, in UTF-8, or bound to its TLS connection. */
export const optionalCapabilities: readonly ImapCapability[] = [
  "AUTH=SCRAM-SHA-256-PLUS",
  "IMAP4rev2",
  "UTF8=ACCEPT",
  "COMPRESS=DEFLATE",
  "XLIST",
];
/** What IMAP4rev2 has in itself (RFC 9051 appendix E), so that it need not be announced, and cannot be missing. */
export const partsOfRev2: readonly ImapCapability[] = [
  "SASL-IR",
  "ENABLE",
  "IDLE",
  "NAMESPACE",
  "CHILDREN",
  "UNSELECT",
  "UIDPLUS",
  "MOVE",
  "ESEARCH",
  "SEARCHRES",
  "LIST-EXTENDED",
  "LIST-STATUS",
  "SPECIAL-USE",
  "STATUS=SIZE",
  "BINARY",
];
const BEFORE_LOGIN: readonly ImapCapability[] = [
  "IMAP4rev1",
  "IMAP4rev2",
  "STARTTLS",
  "SASL-IR",
  "AUTH=PLAIN",
  "AUTH=LOGIN",
  "AUTH=XOAUTH2",
  "AUTH=OAUTHBEARER",
  "AUTH=SCRAM-SHA-256",
  "AUTH=SCRAM-SHA-256-PLUS",
  "LITERAL+",
  "ID",
  "ENABLE",
  "IDLE",
];
const AFTER_LOGIN: readonly ImapCapability[] = [
  "IMAP4rev1",
  "IMAP4rev2",
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
  "THREAD=ORDEREDSUBJECT",
  "THREAD=REFERENCES",
  "LIST-EXTENDED",
  "LIST-STATUS",
  "SPECIAL-USE",
  "OBJECTID",
  "STATUS=SIZE",
  "APPENDLIMIT",
  "QUOTA",
  "NOTIFY",
  "BINARY",
  "MULTIAPPEND",
  "PREVIEW",
  "UTF8=ACCEPT",
  "COMPRESS=DEFLATE",
  "XLIST",
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
  const isRev2Alone = disabled.has("IMAP4rev1");
  const offered = (isAuthenticated ? AFTER_LOGIN : BEFORE_LOGIN).filter(
    (name) =>
      !disabled.has(name) &&
      !(isRev2Alone && partsOfRev2.includes(name)) &&
      (name !== "STARTTLS" || !isSecure) &&
      (name !== "AUTH=SCRAM-SHA-256-PLUS" || isSecure) &&
      (!name.startsWith("AUTH=") || isLoginAllowed),
  );
  const words = offered.map((name) =>
    name === "APPENDLIMIT" ? `APPENDLIMIT=${state.maxLiteralBytes}` : name,
  );
  return [...words, ...(isLoginAllowed || isAuthenticated ? [] : ["LOGINDISABLED"])];
}
