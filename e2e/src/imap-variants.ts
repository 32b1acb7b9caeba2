/** One further Dovecot over the same mailboxes. */
export interface ImapVariant {
  /** Capabilities that it does not announce; Dovecot still executes them when asked. */
  readonly without?: readonly string[];
  readonly extraConfig?: string;
}

/** What live tests may connect to beside the plain server, by name. */
export const imapVariants: Readonly<Record<string, ImapVariant>> = {
  noUidplus: { without: ["UIDPLUS"] },
  noMove: { without: ["MOVE"] },
  noCondstore: { without: ["CONDSTORE", "QRESYNC"] },
  noQresync: { without: ["QRESYNC"] },
  noEsearch: { without: ["ESEARCH", "ESORT", "SEARCHRES", "CONTEXT=SEARCH"] },
  noIdle: { without: ["IDLE", "NOTIFY"] },
  noNotify: { without: ["NOTIFY"] },
  noListStatus: { without: ["LIST-STATUS", "STATUS=SIZE"] },
  noSpecialUse: { without: ["SPECIAL-USE", "LIST-EXTENDED"] },
  noLiteralPlus: { without: ["LITERAL+"] },
  /** Nothing beyond RFC 3501, not even IDLE or NAMESPACE. */
  bare: {
    without: [
      ...["SASL-IR", "LOGIN-REFERRALS", "ID", "ENABLE", "IDLE", "SORT", "SORT=DISPLAY", "THREAD=REFERENCES"],
      ...["THREAD=REFS", "THREAD=ORDEREDSUBJECT", "MULTIAPPEND", "URL-PARTIAL", "CATENATE", "UNSELECT"],
      ...["CHILDREN", "NAMESPACE", "UIDPLUS", "LIST-EXTENDED", "I18NLEVEL=1", "CONDSTORE", "QRESYNC"],
      ...["ESEARCH", "ESORT", "SEARCHRES", "WITHIN", "CONTEXT=SEARCH", "LIST-STATUS", "BINARY", "MOVE"],
      ...["SNIPPET=FUZZY", "PREVIEW=FUZZY", "PREVIEW", "STATUS=SIZE", "SAVEDATE", "LITERAL+", "NOTIFY"],
      ...["SPECIAL-USE"],
    ],
  },
  /** The fourth connection of an account is refused at login: `NO [UNAVAILABLE] Maximum number of connections …`. */
  threeConnections: { extraConfig: "mail_max_userip_connections = 3" },
  /** Access rights (RFC 4314): folders may be given rights such as `lip`, "insert, and not read". */
  acl: { extraConfig: withPlugins("acl", "imap_acl", "acl = vfile") },
  /** 300 KiB and 50 messages for everybody. */
  quota: {
    extraConfig: withPlugins(
      "quota",
      "imap_quota",
      "quota = count:User quota\n  quota_vsizes = yes\n  quota_rule = *:storage=300K:messages=50",
    ),
  },
  /** What the file `<home>.virtual/<name>/dovecot-virtual` names is the folder `virtual/<name>`. */
  virtual: {
    extraConfig: `mail_plugins = virtual
namespace virtual {
  prefix = virtual.
  separator = .
  location = virtual:%h.virtual
}`,
  },
  /** Mailboxes of its own, each a file: folders hold messages or folders, not both. */
  mbox: { extraConfig: "mail_location = mbox:%h.mbox:INBOX=%h.mbox/inbox\nmail_save_crlf = no" },
};

function withPlugins(plugin: string, ofImap: string, settings: string): string {
  return `mail_plugins = ${plugin}
protocol imap {
  mail_plugins = ${plugin} ${ofImap}
}
plugin {
  ${settings}
}`;
}

/** The `imap_capability` line for a variant, from what the server announces by itself. */
export function withoutCapabilities(announced: readonly string[], without: readonly string[]): string {
  return announced.filter((capability) => !without.includes(capability)).join(" ");
}
