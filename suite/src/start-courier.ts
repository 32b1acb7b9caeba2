import { spawnSync } from "node:child_process";
import { chown, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "./free-port.js";
import { IsolatedServer } from "./isolated-server.js";
import {
  ACCOUNT,
  environment,
  hashOf,
  MAIL,
  makeFolder,
  type OtherAccount,
  OVERLAY,
  type RestartableServer,
} from "./unpacked.js";

/** Courier, whose certificate nobody vouches for. */
export interface CourierServer extends RestartableServer {
  /** TLS from the first byte; with `protocol: "imap"`. */
  readonly tlsPort: number;
  /** The certificate, in PEM. */
  readonly ca: string;
  /** Another account, whose password must be quoted, escaped and encoded. */
  readonly awkward: OtherAccount;
}

/** How to serve by Courier. */
export interface CourierOptions {
  readonly protocol: "imap" | "pop3";
  /** @defaultValue none */
  readonly messages?: readonly string[] | undefined;
  /** One connection more is closed without a word. @defaultValue 40 */
  readonly maxConnections?: number | undefined;
}

const AWKWARD: OtherAccount = { user: "xenia", password: 'pä"ss \\ wörd' };

const COURIER = `${OVERLAY}
  mount -t tmpfs tmpfs /run
  mkdir -p /run/courier/authdaemon
  ldconfig
  grep -q ^courier: /etc/passwd || echo courier:x:8:8::/var:/bin/sh >>/etc/passwd
  cat >/etc/courier/authdaemonrc <<SETTINGS
authmodulelist="authuserdb"
authmodulelistorig="authuserdb"
daemons=2
authdaemonvar=/run/courier/authdaemon
DEBUG_LOGIN=0
DEFAULTOPTIONS=""
LOGGEROPTS=""
SETTINGS
  (umask 077
    printf 'ada\\tuid=8|gid=8|home=%s|mail=%s|systempw=%s\\n' "$DATA" "$DATA/Maildir" "$HASH" >/etc/courier/userdb
    printf 'xenia\\tuid=8|gid=8|home=%s|mail=%s|systempw=%s\\n' "$DATA" "$DATA/Other" "$OTHER_HASH" >>/etc/courier/userdb)
  makeuserdb
  # Nothing listens on the daemon's output once this shell waits.
  /usr/lib/courier/courier-authlib/authdaemond >/dev/null 2>&1 &
  set -a
  . "/etc/courier/$SETTINGS"
  set +a
  export AUTHMODULES=authdaemon POP3AUTH= IMAP_STARTTLS=YES COURIERTLS=/usr/bin/couriertls TLS_PROTOCOL= TLS_VERIFYPEER=NONE
  # Without the service that tells of changes, an IDLE looks for them that often.
  export TLS_CERTFILE="$CERTIFICATE" IMAP_IDLE_TIMEOUT=1
  serve() { couriertcpd -address=127.0.0.1 -maxprocs=40 "-maxperip=$CONNECTIONS" -nodnslookup -noidentlookup "$@"; }
  [ "$SETTINGS" = pop3d ] || IMAP_STARTTLS=NO IMAP_TLS=1 serve "$LISTEN_TLS" /usr/bin/couriertls -server -tcpd $LOGIN Maildir &
  serve "$LISTEN" $LOGIN Maildir
`;

const COURIER_PROGRAMS = {
  imap: { SETTINGS: "imapd", LOGIN: "/usr/lib/courier/courier/imaplogin /usr/bin/imapd" },
  pop3: {
    SETTINGS: "pop3d",
    LOGIN: "/usr/lib/courier/courier/courierpop3login /usr/lib/courier/courier/courierpop3d",
  },
};

/** Courier over a Maildir. Resolves when it serves logins. */
export async function startCourier({
  protocol,
  messages = [],
  maxConnections = 40,
}: CourierOptions): Promise<CourierServer> {
  const folder = await makeFolder();
  const data = join(folder, "data");
  const maildirs = ["Maildir", "Other"].flatMap((maildir) =>
    ["", "cur", "new", "tmp"].map((name) => join(data, maildir, name)),
  );
  for (const path of [data, ...maildirs]) {
    await mkdir(path);
    await chown(path, MAIL, MAIL);
  }
  const ca = await makeCertificate(folder);
  for (const [index, text] of messages.entries()) {
    const path = join(data, "Maildir", "cur", `${1_700_000_000 + index}.M${index}P1.live:2,`);
    await writeFile(path, text, "latin1");
    await chown(path, MAIL, MAIL);
  }
  const port = await freePort();
  const tlsPort = await freePort();
  let runs = 0;
  const server = new IsolatedServer({
    script: COURIER,
    port,
    environment: () => ({
      ...environment("courier", join(folder, String(++runs)), data),
      ...COURIER_PROGRAMS[protocol],
      OTHER_HASH: hashOf(AWKWARD.password),
      CERTIFICATE: join(folder, "server.pem"),
      LISTEN: String(port),
      LISTEN_TLS: String(tlsPort),
      CONNECTIONS: String(maxConnections),
    }),
  });
  await server.start();
  return {
    port,
    tlsPort,
    ca,
    ...ACCOUNT,
    awkward: AWKWARD,
    mailbox: join(data, "Maildir"),
    kill: () => server.kill(),
    start: () => server.start(),
    [Symbol.asyncDispose]: async () => {
      await server.kill();
      await rm(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

/** One that vouches for itself, with its key in `server.pem`. Answers with the certificate alone. */
async function makeCertificate(folder: string): Promise<string> {
  const [key, certificate] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
  const names = "subjectAltName=DNS:localhost,IP:127.0.0.1";
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  const subject = ["-subj", "/CN=localhost", "-addext", names, "-keyout", key, "-out", certificate];
  spawnSync("openssl", ["req", "-x509", ...kind, ...subject]);
  const ca = await readFile(certificate, "utf8");
  await writeFile(join(folder, "server.pem"), `${await readFile(key, "utf8")}${ca}`, { mode: 0o600 });
  await chown(join(folder, "server.pem"), MAIL, MAIL);
  return ca;
}
