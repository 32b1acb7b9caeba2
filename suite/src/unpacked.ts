import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdtemp } from "node:fs/promises";
import type { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Who may log in. */
export interface OtherAccount {
  readonly user: string;
  readonly password: string;
}

/** A real server over one mailbox, on loopback. */
export interface OtherServer extends OtherAccount, AsyncDisposable {
  /** In clear; Courier's has STARTTLS as well. */
  readonly port: number;
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

/** Where `.ci/unpack-…` puts servers. */
export const CACHE: string = "/var/cache/mailwright";
/** The account that every server has. */
export const ACCOUNT: OtherAccount = { user: "ada", password: "unpacked-secret" };
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

/** Whether a server is unpacked and can be run. In CI it has to be. */
export function hasUnpacked(name: "courier" | "exim" | "popa3d"): boolean {
  const isThere = existsSync(join(CACHE, name));
  if (isThere && process.getuid?.() === 0) return true;
  const remedy = isThere ? "needs root" : `sudo .ci/unpack-${name}`;
  if (process.env["CI"]) throw new Error(`${name} cannot be run: ${remedy}`);
  process.stdout.write(`SKIPPED ${name}: ${remedy}\n`);
  return false;
}

/** A folder that the servers' own users can enter. */
export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "mailwright-other-"));
  await chmod(folder, 0o755);
  return folder;
}

/** What the scripts find in their environment. */
export function environment(name: string, own: string, data: string): NodeJS.ProcessEnv {
  const HASH = hashOf(ACCOUNT.password);
  return { PATH: process.env["PATH"] ?? "", ROOT: join(CACHE, name), OWN: own, DATA: data, HASH };
}

/** As /etc/shadow has it. */
export function hashOf(password: string): string {
  return spawnSync("openssl", ["passwd", "-6", password], { encoding: "utf8" }).stdout.trim();
}

/** Listens on a free port of loopback and answers with it. */
export async function listen(server: ReturnType<typeof createServer>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}
