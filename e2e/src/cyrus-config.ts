import { CYRUS_DAEMONS } from "./server-programs.js";
import type { ThrowawayCertificate } from "./throwaway-certificate.js";

/** Everything that this set-up's Cyrus needs to know. */
export interface CyrusSettings {
  /** Owns mail, state, sockets and users of this instance. */
  readonly folder: string;
  /** Cyrus's own copy, which its user can read. */
  readonly certificate: ThrowawayCertificate;
  /** The system user that everything runs as. */
  readonly systemUser: string;
  /** Who may set quotas and access rights of everybody. */
  readonly admin: string;
}

/** Loopback ports of one way to be served. */
export interface CyrusPorts {
  readonly imap: number;
  readonly imaps: number;
}

type ImapdSettings = Readonly<Record<string, string>>;

/** Ways in which the same mailboxes are served, by name: what is different in imapd.conf. */
export const cyrusVariants: Readonly<Record<string, ImapdSettings>> = {
  /** As Cyrus 2 did by default and many providers still do: `INBOX.Sent`. */
  belowInbox: { altnamespace: "no", unixhierarchysep: "no" },
  /** The fourth connection of an account is refused after its login. */
  threeConnections: { maxlogins_per_user: "3" },
};

const ROLES = ["Archive", "Drafts", "Junk", "Sent", "Trash"];

/** imapd.conf (Cyrus 3.6) of the plain server or of a variant; nothing of /etc is read. */
export function createImapdConfig(settings: CyrusSettings, variant: ImapdSettings = {}): string {
  const { folder, certificate, admin, systemUser } = settings;
  const all: ImapdSettings = {
    configdirectory: `${folder}/state`,
    defaultpartition: "default",
    "partition-default": `${folder}/mail`,
    idlesocket: `${folder}/run/idle`,
    lmtpsocket: `${folder}/run/lmtp`,
    notifysocket: `${folder}/run/notify`,
    cyrus_user: systemUser,
    servername: "localhost",
    admins: admin,
    altnamespace: "yes",
    unixhierarchysep: "yes",
    sasl_pwcheck_method: "auxprop",
    sasl_auxprop_plugin: "sasldb",
    sasl_sasldb_path: `${folder}/passwords`,
    sasl_mech_list: "PLAIN LOGIN",
    allowplaintext: "yes",
    // A wrong password answers at once instead of after three seconds: refusals are tested often.
    failedloginpause: "0s",
    // Else two deleted folders of one name must not be of the same second.
    delete_mode: "immediate",
    tls_server_cert: certificate.certificate,
    tls_server_key: certificate.key,
    // The first login makes the mailbox; zero stands for no limit.
    autocreate_quota: "0",
    autocreate_inbox_folders: ROLES.join("|"),
    autocreate_subscribe_folders: ROLES.join("|"),
    ...Object.fromEntries(ROLES.map((role) => [`xlist-${role.toLowerCase()}`, role])),
    // Threads over all folders: THREADID (RFC 8474).
    conversations: "yes",
    ...variant,
  };
  // Cyrus ends when an option comes twice.
  return Object.entries(all)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join("");
}

/** cyrus.conf: the listeners, each with the imapd.conf of its variant. */
export function createMasterConfig(
  folder: string,
  listeners: readonly { readonly name: string; readonly config: string; readonly ports: CyrusPorts }[],
): string {
  const services = listeners.flatMap(({ name, config, ports }) => [
    `  ${name} cmd="${CYRUS_DAEMONS}/imapd -C ${config}" listen="127.0.0.1:${ports.imap}" prefork=0`,
    `  ${name}Tls cmd="${CYRUS_DAEMONS}/imapd -C ${config} -s" listen="127.0.0.1:${ports.imaps}" prefork=0`,
  ]);
  return [
    "START {",
    `  recover cmd="${CYRUS_DAEMONS}/ctl_cyrusdb -C ${folder}/imapd.conf -r"`,
    `  idled cmd="${CYRUS_DAEMONS}/idled -C ${folder}/imapd.conf"`,
    "}",
    "SERVICES {",
    ...services,
    "}",
    "",
  ].join("\n");
}
