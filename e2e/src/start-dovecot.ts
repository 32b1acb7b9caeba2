import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePorts } from "@mailwright/suite";
import {
  createDovecotConfig,
  type DovecotPorts,
  type DovecotSettings,
  type UnprivilegedUser,
} from "./dovecot-config.js";
import { startServerProcess, withFreshPorts } from "./server-process.js";

/** What to serve. The folder must exist; everything of this instance goes into `<folder>/<name>`. */
export interface StartDovecotOptions
  extends Pick<
    DovecotSettings,
    "maildirRoot" | "usersFile" | "tokenSettings" | "certificate" | "imapCapability" | "extraConfig"
  > {
  readonly name: string;
  readonly folder: string;
  /** @defaultValue `["imap", "pop3", "lmtp"]` */
  readonly protocols?: DovecotSettings["protocols"];
}

/** A running Dovecot. */
export interface RunningDovecot {
  readonly pid: number;
  readonly ports: DovecotPorts;
  readonly logFile: string;
  /** Dovecot's authentication socket, for Postfix's `smtpd_sasl_path`. */
  readonly saslSocket: string;
  stop(): Promise<void>;
}

/**
 * Starts one more Dovecot over the maildirs of `maildirRoot`; several may serve the same maildirs. With root's rights
 * the mail belongs to the system user `mail`, else to whoever runs this.
 */
export function startDovecot(options: StartDovecotOptions): Promise<RunningDovecot> {
  return withFreshPorts(() => startOnce(options));
}

async function startOnce(options: StartDovecotOptions): Promise<RunningDovecot> {
  const folder = join(options.folder, options.name);
  await mkdir(folder, { recursive: true });
  const [imap = 0, imaps = 0, pop3 = 0, pop3s = 0, lmtp = 0] = await freePorts(5);
  const ports: DovecotPorts = { imap, imaps, pop3, pop3s, lmtp };
  const protocols = options.protocols ?? ["imap", "pop3", "lmtp"];
  const unprivilegedUser = await findUnprivilegedUser();
  const config = createDovecotConfig({
    ...options,
    folder,
    ports,
    protocols,
    ...(unprivilegedUser ? { unprivilegedUser } : {}),
  });
  const configFile = join(folder, "dovecot.conf");
  await writeFile(configFile, config);
  const logFile = join(folder, "dovecot.log");
  const served = {
    imap: [imap, imaps],
    pop3: [pop3, pop3s],
    lmtp: [lmtp],
  };
  const server = await startServerProcess({
    name: `Dovecot "${options.name}"`,
    command: "dovecot",
    args: ["-F", "-c", configFile],
    logFile,
    ports: protocols.flatMap((protocol) => served[protocol]),
    greeting: "ready",
  });
  return { pid: server.pid, ports, logFile, saslSocket: join(folder, "run", "auth-sasl"), stop: server.stop };
}

async function findUnprivilegedUser(): Promise<UnprivilegedUser | undefined> {
  const { uid, gid, username } = userInfo();
  if (uid === 0) return undefined;
  const { stdout } = await promisify(execFile)("id", ["-gn"]);
  return { name: username, group: stdout.trim(), uid, gid };
}
