/** What an Exim allows; the rest is as its packages have it. */
export interface EximLimits {
  /** Whether it announces CHUNKING. @defaultValue true */
  readonly chunking?: boolean | undefined;
  /** One connection more is greeted with 421. @defaultValue 100 */
  readonly maxConnections?: number | undefined;
  /** One message more is answered 421. @defaultValue 1000 */
  readonly maxMessagesPerConnection?: number | undefined;
  /** One recipient more is answered 452. @defaultValue 100 */
  readonly maxRecipients?: number | undefined;
}

/** Where an Exim has its files and ports, and who may log in. */
export interface EximSettings {
  readonly data: string;
  readonly port: number;
  readonly tlsPort: number;
  readonly user: string;
  readonly password: string;
  readonly limits: EximLimits;
}

/**
 * The whole configuration (Exim 4.96). What it refuses and puts off it tells by the address or the subject: senders
 * `refused@` and `nodata@`, recipients `unknown@`, `blocked@`, `deferred@` and `greylisted…@` (at first), the subjects
 * FILTERME and DEFERME. `anybody@discard.test` is taken and thrown away.
 */
export function createEximConfig({ data, port, tlsPort, user, password, limits }: EximSettings): string {
  const {
    chunking = true,
    maxConnections = 100,
    maxMessagesPerConnection = 1_000,
    maxRecipients = 100,
  } = limits;
  return `
spool_directory = ${data}/spool
log_file_path = ${data}/log/%slog
pid_file_path = ${data}/exim.pid
primary_hostname = mx.example.test
daemon_smtp_ports = ${port} : ${tlsPort}
tls_on_connect_ports = ${tlsPort}
local_interfaces = 127.0.0.1
keep_environment =
host_lookup =
rfc1413_query_timeout = 0s
tls_advertise_hosts = *
tls_certificate = ${data}/server.pem
tls_privatekey = ${data}/server.key
auth_advertise_hosts = \${if eq{$tls_in_cipher}{}{}{*}}
chunking_advertise_hosts = ${chunking ? "*" : ""}
smtputf8_advertise_hosts = *
dsn_advertise_hosts = *
message_size_limit = 20M
recipients_max = ${maxRecipients}
smtp_accept_max = 200
smtp_accept_max_per_host = ${maxConnections}
smtp_accept_max_per_connection = ${maxMessagesPerConnection}
# As many messages of one connection as there are are delivered at once, whatever the machine is busy with.
smtp_accept_queue_per_connection = 0
queue_only_load = 1000
smtp_load_reserve = 1000
acl_smtp_mail = acl_mail
acl_smtp_rcpt = acl_rcpt
acl_smtp_predata = acl_predata
acl_smtp_data = acl_data
acl_smtp_vrfy = accept

begin acl
acl_mail:
  deny senders = refused@example.test
       message = 550 5.7.1 Not from you
  accept
acl_rcpt:
  deny !authenticated = *
       message = 550 5.7.1 Log in first
  deny local_parts = unknown
       message = 550 5.1.1 No such user here
  deny local_parts = blocked
       message = 554 5.7.1 Blocked by policy
  defer local_parts = deferred
       message = 451 4.3.0 Always deferred
  defer local_parts = ^greylisted
       condition = \${if exists{${data}/grey/\${sha1:$local_part}}{no}{yes}}
       set acl_m_seen = \${run{/usr/bin/touch ${data}/grey/\${sha1:$local_part}}}
       message = 450 4.7.1 Greylisted, try again
  accept domains = example.test : discard.test
  deny message = 550 5.7.1 Nothing leaves this machine
acl_predata:
  deny senders = nodata@example.test
       message = 554 5.7.1 No message from you
  accept
acl_data:
  deny condition = \${if match{$h_subject:}{FILTERME}}
       message = 550 5.7.1 Refused for its content
  defer condition = \${if match{$h_subject:}{DEFERME}}
       message = 451 4.3.0 Put off for its content
  accept

begin routers
discard:
  driver = redirect
  domains = discard.test
  data = :blackhole:
greylisted:
  driver = redirect
  local_parts = ^greylisted
  data = carol@example.test
mailbox:
  driver = accept
  local_parts = ada : bob : carol
  transport = maildir

begin transports
maildir:
  driver = appendfile
  directory = ${data}/mail/$local_part_data
  create_directory
  maildir_format
  use_crlf
  user = Debian-exim

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = \${if and{{eq{$auth2}{${user}}}{eq{$auth3}{${password}}}}}
  server_set_id = $auth2
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = Username:: : Password::
  server_condition = \${if and{{eq{$auth1}{${user}}}{eq{$auth2}{${password}}}}}
  server_set_id = $auth1
cram:
  driver = cram_md5
  public_name = CRAM-MD5
  server_secret = \${if eq{$auth1}{${user}}{${password}}fail}
  server_set_id = $auth1
`;
}
