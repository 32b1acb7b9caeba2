/**
 * Runs a command against real mail servers: `node e2e/dist/real-servers.js [--keep] [--only-dovecot] [-- command …]`.
 * Without a command it runs every package's live suites; with `--keep` it prints where the servers listen and waits for
 * Ctrl-C; with `--only-dovecot` neither Postfix nor Cyrus is started or missed. The servers' addresses are JSON in the
 * environment variable MAILWRIGHT_LIVE.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { CYRUS_UNPACKER, DEBIAN_PACKAGES, findServerPrograms } from "./server-programs.js";
import { type LiveServers, startLiveServers } from "./start-live-servers.js";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const separator = args.indexOf("--");
  const [options, given] =
    separator < 0 ? [args, undefined] : [args.slice(0, separator), args.slice(separator + 1)];
  const programs = await findServerPrograms();
  if (programs.dovecot === undefined) return skip("dovecot not found", given && inShort(given));
  const onlyDovecot = options.includes("--only-dovecot");
  const isRoot = process.getuid?.() === 0;
  const withPostfix = !onlyDovecot && programs.postfix !== undefined && isRoot;
  if (!withPostfix && !onlyDovecot) {
    const why = programs.postfix === undefined ? "postfix not found" : "postfix needs root (run with sudo)";
    if (skip(why, "the suites that need Postfix") !== 0) return 1;
  }
  const withCyrus = !onlyDovecot && programs.cyrus !== undefined;
  if (!withCyrus && !onlyDovecot) {
    if (skip("cyrus not found", "the suites that need Cyrus", `sudo ${CYRUS_UNPACKER}`) !== 0) return 1;
  }
  const stopRequest = receiveSignals();
  const servers = await startLiveServers({ postfix: withPostfix, cyrus: withCyrus });
  try {
    const others = [
      ...(withPostfix ? [`Postfix ${programs.postfix}`] : []),
      ...(withCyrus ? [`Cyrus ${programs.cyrus}`] : []),
    ];
    console.log(`${[`Dovecot ${programs.dovecot}`, ...others].join(", ")} on loopback`);
    if (options.includes("--keep")) return await keep(servers, stopRequest);
    const code = await runCommand(given ?? liveSuites(withPostfix), servers, stopRequest);
    if (code !== 0) console.log(`--- complaints in the servers' logs ---\n${await servers.readLogs()}`);
    return code;
  } finally {
    await servers.stop();
  }
}

/** A command as one would type it in this repository. */
function inShort(command: readonly string[]): string {
  return command
    .map((word) => (word === process.execPath ? "node" : word))
    .map((word) => (word.startsWith(ROOT) ? relative(ROOT, word) : word))
    .join(" ");
}

/** In CI nothing may be skipped in silence; elsewhere a missing server is no failure. */
function skip(
  why: string,
  what = "live suites",
  remedy = `apt-get install --no-install-recommends ${DEBIAN_PACKAGES}`,
): number {
  console.log(`SKIPPED ${what}: ${why} (${remedy})`);
  return process.env["CI"] ? 1 : 0;
}

function liveSuites(withPostfix: boolean): string[] {
  const turbo = join(ROOT, "node_modules", ".bin", "turbo");
  const filters = withPostfix ? [] : ["--filter=!@mailwright/smtp", "--filter=!@mailwright/e2e"];
  return [turbo, "run", "test:live", "--continue=dependencies-successful", ...filters];
}

/** Resolves with the first SIGINT, SIGTERM or SIGHUP; none of them ends this process before it has cleaned up. */
function receiveSignals(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => resolve(signal));
  });
}

async function keep(servers: LiveServers, stopRequest: Promise<NodeJS.Signals>): Promise<number> {
  console.log(`MAILWRIGHT_LIVE='${JSON.stringify(servers.environment)}'\nCtrl-C ends the servers.`);
  const alive = setInterval(() => {}, 60_000);
  await stopRequest;
  clearInterval(alive);
  return 0;
}

async function runCommand(
  [command = "", ...args]: readonly string[],
  servers: LiveServers,
  stopRequest: Promise<NodeJS.Signals>,
): Promise<number> {
  const { NODE_EXTRA_CA_CERTS: _, ...inherited } = process.env;
  const child: ChildProcess = spawn(command, args, {
    cwd: ROOT,
    stdio: "inherit",
    env: { ...inherited, MAILWRIGHT_LIVE: JSON.stringify(servers.environment) },
  });
  void stopRequest.then((signal) => child.kill(signal));
  const [code, signal] = await once(child, "exit");
  return typeof code === "number" ? code : 128 + constants.signals[signal as NodeJS.Signals];
}
