import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePorts } from "@mailwright/suite";
import { type CyrusPorts, createImapdConfig, createMasterConfig, cyrusVariants } from "./cyrus-config.js";
import { startServerProcess, withFreshPorts } from "./server-process.js";
import { CYRUS_RUN } from "./server-programs.js";
import type { ThrowawayCertificate } from "./throwaway-certificate.js";

/** Who Cyrus runs as when root starts it: it refuses to run as root. */
const SYSTEM_USER = "mail";

/** Whom to serve. The folder must exist; everything of this instance goes into `<folder>/cyrus`. */
export interface StartCyrusOptions {
  readonly folder: string;
  readonly certificate: ThrowawayCertificate;
  readonly users: readonly CyrusUser[];
  /** May set quotas and access rights of everybody; one more user. */
  readonly admin: CyrusUser;
}

/** An account; its mailbox is made when it logs in first. */
export interface CyrusUser {
  readonly user: string;
  readonly password: string;
}

/** A running Cyrus. */
export interface RunningCyrus {
  readonly pid: number;
  readonly ports: CyrusPorts;
  /** Other ways to the same mailboxes, by name. */
  readonly variants: Readonly<Record<string, CyrusPorts>>;
  stop(): Promise<void>;
}

/** Starts a Cyrus that listens plainly and in the ways of {@link cyrusVariants}. */
export function startCyrus(options: StartCyrusOptions): Promise<RunningCyrus> {
  return withFreshPorts(() => startOnce(options));
}

async function startOnce(options: StartCyrusOptions): Promise<RunningCyrus> {
  const folder = join(options.folder, "cyrus");
  // Cyrus makes neither: `db` is for recovery, in `socket` sessions hear of changes from the idle daemon.
  for (const name of ["mail", "run", "state/db", "state/socket"])
    await mkdir(join(folder, name), { recursive: true });
  const certificate = {
    ca: options.certificate.ca,
    certificate: join(folder, "server.pem"),
    key: join(folder, "server.key"),
  };
  await copyFile(options.certificate.certificate, certificate.certificate);
  await copyFile(options.certificate.key, certificate.key);
  for (const user of [...options.users, options.admin]) await writePassword(folder, user);

  const isRoot = process.getuid?.() === 0;
  const systemUser = isRoot ? SYSTEM_USER : userInfo().username;
  const settings = { folder, certificate, systemUser, admin: options.admin.user };
  const plain = await addListener("plain", join(folder, "imapd.conf"), createImapdConfig(settings));
  const variants: Listener[] = [];
  for (const [name, lines] of Object.entries(cyrusVariants)) {
    variants.push(
      await addListener(name, join(folder, `imapd-${name}.conf`), createImapdConfig(settings, lines)),
    );
  }
  const masterConfig = join(folder, "cyrus.conf");
  await writeFile(masterConfig, createMasterConfig(folder, [plain, ...variants]));
  if (isRoot) await promisify(execFile)("chown", ["-R", SYSTEM_USER, folder]);

  const logFile = join(folder, "cyrus.log");
  const server = await startServerProcess({
    name: "Cyrus",
    command: CYRUS_RUN,
    args: [
      ...["master", "-D", "-C", plain.config, "-M", masterConfig],
      ...["-p", join(folder, "run", "master.pid"), "-L", logFile],
    ],
    logFile,
    // The master binds all ports before it serves one. A look at each would have children begin, and while one does
    // the master cannot be stopped.
    ports: [plain.ports.imap],
    greeting: "Cyrus IMAP",
  });
  return {
    pid: server.pid,
    ports: plain.ports,
    variants: Object.fromEntries(variants.map(({ name, ports }) => [name, ports])),
    stop: server.stop,
  };
}

interface Listener {
  readonly name: string;
  readonly config: string;
  readonly ports: CyrusPorts;
}

async function addListener(name: string, config: string, text: string): Promise<Listener> {
  const [imap = 0, imaps = 0] = await freePorts(2);
  await writeFile(config, text);
  return { name, config, ports: { imap, imaps } };
}

async function writePassword(folder: string, { user, password }: CyrusUser): Promise<void> {
  const args = ["saslpasswd2", "-c", "-p", "-f", join(folder, "passwords"), "-u", "localhost", user];
  const child = spawn(CYRUS_RUN, args, { stdio: ["pipe", "ignore", "inherit"] });
  child.stdin.end(password);
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`saslpasswd2 ended with ${code} for ${user}`);
}
