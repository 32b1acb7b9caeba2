import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A real server over one mailbox, in clear on loopback. */
export interface OtherServer extends AsyncDisposable {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** The Maildir or mailbox file of the account. */
  readonly mailbox: string;
}

/** A server that can be ended as by a crash and begins again where it was, on the same port. */
export interface RestartableServer extends OtherServer {
  /** Ends all its processes at once. */
  kill(): Promise<void>;
  /** Resolves when it greets. */
  start(): Promise<void>;
}

/** How to serve by Courier. */
export interface CourierOptions {
  readonly protocol: "imap" | "pop3";
  /** @defaultValue none */
  readonly messages?: readonly string[] | undefined;
  /** One connection more is closed without a word. @defaultValue 40 */
  readonly maxConnections?: number | undefined;
}

/** Where `.ci/unpack-…` puts servers. */
export const CACHE: string = "/var/cache/mailwright";
/** The one account of a server that is started here. */
export const ACCOUNT: { readonly user: string; readonly password: string } = {
  user: "ada",
  password: "unpacked-secret",
};
/** The user and group `mail` of Debian. */
export const MAIL = 8;

/** Lays what `.ci/unpack-…` unpacked over /etc and /usr, for this process and its children alone. */
export const OVERLAY: string = `
  set -e
  mount --make-rprivate /
  for name in etc usr; do
    mkdir -p "$OWN/upper-$name" "$OWN/work-$name"
    mount -t overlay overlay -o "lowerdir=$ROOT/$name:/$name,upperdir=$OWN/upper-$name,workdir=$OWN/work-$name" /$name
  done
`;

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
  (umask 077; printf 'ada\\tuid=8|gid=8|home=%s|mail=%s|systempw=%s\\n' "$DATA" "$DATA/Maildir" "$HASH" >/etc/courier/userdb)
  makeuserdb
  # Nothing listens on the daemon's output once this shell is couriertcpd.
  /usr/lib/courier/courier-authlib/authdaemond >/dev/null 2>&1 &
  set -a
  . "/etc/courier/$SETTINGS"
  set +a
  export AUTHMODULES=authdaemon POP3AUTH= IMAP_STARTTLS=NO
  exec couriertcpd -address=127.0.0.1 -maxprocs=40 "-maxperip=$MAXPERIP" -nodnslookup -noidentlookup "$LISTEN" \\
    $LOGIN Maildir
`;

const POPA3D = `${OVERLAY}
  mount --bind "$DATA" /var/mail
  mount -t tmpfs tmpfs /var/lib
  mkdir -m 755 /var/lib/popa3d
  echo popa3d:x:65533:65534::/nonexistent:/bin/false >>/etc/passwd
  echo "ada:x:8:8::$DATA:/bin/sh" >>/etc/passwd
  echo "ada:$HASH:19000:0:99999:7:::" >>/etc/shadow
  exec /usr/sbin/popa3d
`;

/** Whether a server is unpacked and can be run. In CI it has to be. */
export function hasUnpacked(name: "courier" | "exim" | "popa3d"): boolean {
  const isThere = existsSync(join(CACHE, name));
  if (isThere && process.getuid?.() === 0) return true;
  const remedy = isThere ? "needs root" : `sudo .ci/unpack-${name}`;
  if (process.env["CI"]) throw new Error(`${name} cannot be run: ${remedy}`);
  process.stdout.write(`SKIPPED ${name}: ${remedy}\n`);
  return false;
}

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
}: CourierOptions): Promise<RestartableServer> {
  const folder = await makeFolder();
  const data = join(folder, "data");
  for (const path of [data, ...["", "cur", "new", "tmp"].map((name) => join(data, "Maildir", name))]) {
    await mkdir(path);
    await chown(path, MAIL, MAIL);
  }
  for (const [index, text] of messages.entries()) {
    const path = join(data, "Maildir", "cur", `${1_700_000_000 + index}.M${index}P1.live:2,`);
    await writeFile(path, text, "latin1");
    await chown(path, MAIL, MAIL);
  }
  const port = await freePort();
  const isolated = ["-m", "--fork", "--kill-child", "--pid", "--mount-proc", "sh", "-c", COURIER];
  let runs = 0;
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    child = spawn("unshare", isolated, {
      env: {
        ...environment("courier", join(folder, String(++runs)), data),
        ...COURIER_PROGRAMS[protocol],
        LISTEN: String(port),
        MAXPERIP: String(maxConnections),
      },
      stdio: "ignore",
    });
    await greeting(port);
  };
  const kill = async (): Promise<void> => {
    if (child !== undefined) await ended(child);
    child = undefined;
  };
  await start();
  return {
    port,
    ...ACCOUNT,
    mailbox: join(data, "Maildir"),
    kill,
    start,
    [Symbol.asyncDispose]: async () => {
      await kill();
      await rm(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

/** Kills a process and waits for its end. */
export async function ended(child: ChildProcess): Promise<void> {
  const exited = once(child, "exit");
  if (child.kill("SIGKILL")) await exited;
}

/** popa3d over an mbox file, one process per connection as by inetd. */
export async function startPopa3d(messages: readonly string[]): Promise<OtherServer> {
  const folder = await makeFolder();
  const data = join(folder, "data");
  await mkdir(data);
  await chown(data, 0, MAIL);
  await chmod(data, 0o2775);
  const spool = join(data, ACCOUNT.user);
  const envelope = "From bob@example.test Thu Nov  5 10:00:00 2026\n";
  await writeFile(spool, messages.map((text) => `${envelope}${text}\n`).join(""), {
    encoding: "latin1",
    mode: 0o660,
  });
  await chown(spool, MAIL, MAIL);
  const children = new Set<ChildProcess>();
  let started = 0;
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    const own = join(folder, String(++started));
    const child = spawn("unshare", ["-m", "sh", "-c", POPA3D], {
      env: environment("popa3d", own, data),
      stdio: [socket, socket, "ignore"],
    });
    children.add(child);
    child.once("exit", () => {
      children.delete(child);
      socket.destroy();
    });
  });
  const port = await listen(server);
  const stop = async (): Promise<void> => {
    for (const child of children) child.kill();
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true, force: true });
  };
  return { port, ...ACCOUNT, mailbox: spool, [Symbol.asyncDispose]: stop };
}

/** A temporary folder that every user may enter. */
export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "mailwright-other-"));
  await chmod(folder, 0o755);
  return folder;
}

function environment(name: string, own: string, data: string): NodeJS.ProcessEnv {
  const hash = spawnSync("openssl", ["passwd", "-6", ACCOUNT.password], { encoding: "utf8" }).stdout.trim();
  return { PATH: process.env["PATH"] ?? "", ROOT: join(CACHE, name), OWN: own, DATA: data, HASH: hash };
}

async function listen(server: ReturnType<typeof createServer>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** A loopback port on which nothing listens now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Waits until something greets on the port. */
export async function greeting(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, "127.0.0.1");
    try {
      await once(socket, "data");
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    } finally {
      socket.destroy();
    }
  }
}
