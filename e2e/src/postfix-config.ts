import { MAIL_DOMAIN } from "./live-users.js";
import type { ThrowawayCertificate } from "./throwaway-certificate.js";

/** Everything that Postfix must know of the other parts. */
export interface PostfixSettings {
  readonly folder: string;
  readonly certificate: ThrowawayCertificate;
  readonly saslSocket: string;
  readonly lmtpPort: number;
  readonly policyPort: number;
  readonly recipientsFile: string;
  readonly maxMessageBytes: number;
  readonly ports: PostfixPorts;
}

/** Loopback ports: submission (RFC 6409), SMTPS (RFC 8314 §3.3) and one per entry of {@link smtpVariants}. */
export interface PostfixPorts {
  readonly submission: number;
  readonly smtps: number;
  readonly variants: Readonly<Record<string, number>>;
}

/** Listeners that differ from submission by these parameters. */
export const smtpVariants: Readonly<Record<string, readonly string[]>> = {
  /** No STARTTLS; AUTH in clear. */
  plain: ["smtpd_tls_security_level=none", "smtpd_tls_auth_only=no"],
  /** No AUTH and no TLS, takes mail from loopback, as an internal relay does. */
  relay: [
    "smtpd_tls_security_level=none",
    "smtpd_sasl_auth_enable=no",
    "smtpd_relay_restrictions=permit_mynetworks,reject",
  ],
  /** Announces nothing that a client could use to save a round trip or to send 8-bit text. */
  minimal: [
    "smtpd_discard_ehlo_keywords=pipelining,8bitmime,smtputf8,dsn,chunking,enhancedstatuscodes,size,etrn,vrfy",
  ],
  /** At most two connections at a time, at most ten messages a minute: 421 4.7.0 and 450 4.7.1. */
  strict: [
    "smtpd_client_event_limit_exceptions=",
    "smtpd_client_connection_count_limit=2",
    "smtpd_client_message_rate_limit=10",
  ],
  /** Two recipients a message. */
  pair: ["smtpd_recipient_limit=2"],
  /** One recipient a message, 100 kB a message. */
  small: ["smtpd_recipient_limit=1", "message_size_limit=100000"],
};

/** The whole of main.cf (Postfix 3.7). */
export function createMainConfig(settings: PostfixSettings): string {
  const { folder, certificate } = settings;
  return toLines({
    compatibility_level: "3.6",
    queue_directory: `${folder}/queue`,
    data_directory: `${folder}/data`,
    maillog_file: `${folder}/postfix.log`,
    maillog_file_prefixes: folder,
    myhostname: `mx.${MAIL_DOMAIN}`,
    mydestination: "",
    inet_interfaces: "127.0.0.1",
    inet_protocols: "ipv4",
    mynetworks: "127.0.0.0/8",
    biff: "no",
    recipient_delimiter: "+",
    message_size_limit: `${settings.maxMessageBytes}`,
    virtual_mailbox_limit: "0",
    virtual_mailbox_domains: MAIL_DOMAIN,
    virtual_mailbox_maps: `texthash:${settings.recipientsFile}`,
    virtual_alias_maps: `inline:{ { greylisted@${MAIL_DOMAIN} = peggy@${MAIL_DOMAIN} } }`,
    virtual_transport: `lmtp:inet:127.0.0.1:${settings.lmtpPort}`,
    // Nothing ever leaves this machine.
    relay_domains: "discard.test",
    transport_maps: "inline:{ discard.test=discard: }",
    default_transport: "error:5.4.4 this test server sends nothing outside",
    relay_transport: "error:5.4.4 this test server sends nothing outside",
    smtpd_tls_security_level: "may",
    smtpd_tls_auth_only: "yes",
    smtpd_tls_cert_file: certificate.certificate,
    smtpd_tls_key_file: certificate.key,
    smtpd_tls_session_cache_database: "",
    smtpd_sasl_auth_enable: "yes",
    smtpd_sasl_type: "dovecot",
    smtpd_sasl_path: settings.saslSocket,
    smtpd_relay_restrictions: "permit_sasl_authenticated,reject",
    // A refused sender is told so at once.
    smtpd_delay_reject: "no",
    smtpd_sender_restrictions: refuse("refused", "550 5.7.1 Not from you"),
    smtpd_data_restrictions: refuse("nodata", "554 5.7.1 No message from you"),
    header_checks: `regexp:${folder}/header_checks`,
    smtpd_recipient_restrictions: `check_policy_service inet:127.0.0.1:${settings.policyPort}`,
    // Refusals are tested often: no tarpit.
    smtpd_error_sleep_time: "0",
    smtpd_hard_error_limit: "100",
    smtpd_soft_error_limit: "100",
    smtputf8_enable: "yes",
    default_process_limit: "200",
    lmtp_destination_concurrency_limit: "10",
  });
}

/** The table of what is refused for its header once the message is there. */
export const HEADER_CHECKS = "/^Subject: FILTERME/ REJECT 5.7.1 Refused for its content\n";

function refuse(sender: string, reply: string): string {
  return `check_sender_access inline:{ { ${sender}@${MAIL_DOMAIN} = ${reply} } }`;
}

/** The whole of master.cf: no service in a chroot, so that nothing is copied around. */
export function createMasterConfig({ ports }: PostfixSettings): string {
  const listener = (port: number, options: readonly string[]): string =>
    [`127.0.0.1:${port} inet n - n - - smtpd`, ...options.map((option) => `  -o ${option}`)].join("\n");
  return [
    listener(ports.submission, []),
    listener(ports.smtps, ["smtpd_tls_wrappermode=yes"]),
    ...Object.entries(smtpVariants).map(([name, options]) => listener(ports.variants[name] ?? 0, options)),
    ...INTERNAL_SERVICES,
    "",
  ].join("\n");
}

const INTERNAL_SERVICES = [
  "pickup unix n - n 60 1 pickup",
  "cleanup unix n - n - 0 cleanup",
  "qmgr unix n - n 300 1 qmgr",
  "tlsmgr unix - - n 1000? 1 tlsmgr",
  "rewrite unix - - n - - trivial-rewrite",
  "bounce unix - - n - 0 bounce",
  "defer unix - - n - 0 bounce",
  "trace unix - - n - 0 bounce",
  "verify unix - - n - 1 verify",
  "flush unix n - n 1000? 0 flush",
  "proxymap unix - - n - - proxymap",
  "showq unix n - n - - showq",
  "error unix - - n - - error",
  "retry unix - - n - - error",
  "discard unix - - n - - discard",
  "lmtp unix - - n - - lmtp",
  "anvil unix - - n - 1 anvil",
  "scache unix - - n - 1 scache",
  "postlog unix-dgram n - n - 1 postlogd",
];

function toLines(parameters: Readonly<Record<string, string>>): string {
  return `${Object.entries(parameters)
    .map(([name, value]) => `${name} = ${value}`)
    .join("\n")}\n`;
}
