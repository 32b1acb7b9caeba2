import type { ThrowawayCertificate } from "./throwaway-certificate.js";

/** Everything that differs between two Dovecots of this set-up. */
export interface DovecotSettings {
  /** Owns sockets, state and log of this instance. */
  readonly folder: string;
  readonly maildirRoot: string;
  readonly usersFile: string;
  /** Dovecot's oauth2 settings: who may log in with an access token. */
  readonly tokenSettings: string;
  readonly certificate: ThrowawayCertificate;
  readonly protocols: readonly ("imap" | "pop3" | "lmtp")[];
  readonly ports: DovecotPorts;
  /** Replaces the announced capabilities: `IMAP4rev1 …`. Dovecot still executes what it no longer announces. */
  readonly imapCapability?: string;
  /** Further lines, valid at the top level of dovecot.conf; a later setting wins. */
  readonly extraConfig?: string;
  /** The system user that everything runs as; `undefined` for root, which uses Dovecot's own users and `mail`. */
  readonly unprivilegedUser?: UnprivilegedUser;
}

/** A system user without root's rights, by names and numbers. */
export interface UnprivilegedUser {
  readonly name: string;
  readonly group: string;
  readonly uid: number;
  readonly gid: number;
}

/** Loopback ports; those of a protocol that is not served are not used. */
export interface DovecotPorts {
  readonly imap: number;
  readonly imaps: number;
  readonly pop3: number;
  readonly pop3s: number;
  readonly lmtp: number;
}

const PASSWORD_MECHANISMS = "plain login cram-md5 apop scram-sha-1 scram-sha-256";
const TOKEN_MECHANISMS = "xoauth2 oauthbearer";

/** The whole of dovecot.conf (Dovecot 2.3); nothing of /etc/dovecot is read. */
export function createDovecotConfig(settings: DovecotSettings): string {
  const { folder, certificate, ports, protocols } = settings;
  const lines = [
    `base_dir = ${folder}/run`,
    `state_dir = ${folder}/state`,
    `log_path = ${folder}/dovecot.log`,
    "listen = 127.0.0.1",
    `protocols = ${protocols.join(" ")}`,
    "ssl = yes",
    `ssl_cert = <${certificate.certificate}`,
    `ssl_key = <${certificate.key}`,
    "disable_plaintext_auth = no",
    `auth_mechanisms = ${PASSWORD_MECHANISMS} ${TOKEN_MECHANISMS}`,
    "auth_username_format = %Ln",
    // A wrong password answers at once instead of after two seconds and more: refusals are tested often.
    "auth_failure_delay = 0",
    // Nor does one login pay for the wrong passwords of others: all suites come from one address.
    "service anvil {\n  unix_listener anvil-auth-penalty {\n    mode = 0\n  }\n}",
    `passdb {\n  driver = oauth2\n  mechanisms = ${TOKEN_MECHANISMS}\n  args = ${settings.tokenSettings}\n}`,
    `passdb {\n  driver = passwd-file\n  mechanisms = ${PASSWORD_MECHANISMS}\n  args = ${settings.usersFile}\n}`,
    `userdb {\n  driver = passwd-file\n  args = ${settings.usersFile}\n  default_fields = home=${settings.maildirRoot}/%n\n}`,
    `mail_location = maildir:${settings.maildirRoot}/%n`,
    // Files hold what the protocols serve, so that tests compare bytes.
    "mail_save_crlf = yes",
    "mail_fsync = never",
    "mail_max_userip_connections = 1000",
    "recipient_delimiter = +",
    "postmaster_address = postmaster@example.test",
    "namespace inbox {\n  inbox = yes\n",
    ...["Archive", "Drafts", "Junk", "Sent", "Trash"].map(
      (name) => `  mailbox ${name} {\n    auto = subscribe\n    special_use = \\${name}\n  }`,
    ),
    "}",
    ...listeners("imap", { imap: ports.imap, imaps: ports.imaps }, protocols),
    ...listeners("pop3", { pop3: ports.pop3, pop3s: ports.pop3s }, protocols),
    `service lmtp {\n  inet_listener lmtp {\n    port = ${ports.lmtp}\n  }\n}`,
    `service auth {\n  unix_listener auth-sasl {\n    mode = 0666\n  }\n}`,
    "service imap {\n  process_limit = 2000\n}",
    "default_client_limit = 4000",
    "default_vsz_limit = 1 G",
    ...ownership(settings),
    settings.imapCapability === undefined ? "" : `imap_capability = ${settings.imapCapability}`,
    settings.extraConfig ?? "",
  ];
  return `${lines.join("\n")}\n`;
}

function listeners(
  protocol: "imap" | "pop3",
  ports: Readonly<Record<string, number>>,
  protocols: readonly string[],
): string[] {
  if (!protocols.includes(protocol)) return [];
  const blocks = Object.entries(ports).map(([name, port]) => {
    const tls = name.endsWith("s") ? "    ssl = yes\n" : "";
    return `  inet_listener ${name} {\n    port = ${port}\n${tls}  }`;
  });
  // service_count = 0: one login process serves many connections, hundreds of sessions stay cheap.
  return [`service ${protocol}-login {\n  service_count = 0\n${blocks.join("\n")}\n}`];
}

function ownership({ unprivilegedUser, protocols }: DovecotSettings): string[] {
  if (unprivilegedUser === undefined) return ["mail_uid = mail", "mail_gid = mail", "first_valid_uid = 1"];
  const { name, group, uid, gid } = unprivilegedUser;
  const confined = ["anvil", "stats", ...protocols.filter((p) => p !== "lmtp").map((p) => `${p}-login`)];
  return [
    `default_internal_user = ${name}`,
    `default_internal_group = ${group}`,
    `default_login_user = ${name}`,
    `mail_uid = ${uid}`,
    `mail_gid = ${gid}`,
    `first_valid_uid = ${uid}`,
    `first_valid_gid = ${gid}`,
    ...confined.map((service) => `service ${service} {\n  chroot =\n}`),
  ];
}
