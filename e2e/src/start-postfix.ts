import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePorts } from "@mailwright/suite";
import { liveUsers, MAIL_DOMAIN } from "./live-users.js";
import {
  createMainConfig,
  createMasterConfig,
  HEADER_CHECKS,
  type PostfixPorts,
  type PostfixSettings,
  smtpVariants,
} from "./postfix-config.js";
import { startServerProcess, withFreshPorts } from "./server-process.js";

const run = promisify(execFile);

/** A message that is larger is refused with 552 5.3.4. */
const DEFAULT_MAX_MESSAGE_BYTES = 20_000_000;

/** What Postfix hangs on. The folder must exist; everything of this instance goes into `<folder>/postfix`. */
export interface StartPostfixOptions
  extends Pick<PostfixSettings, "certificate" | "saslSocket" | "lmtpPort" | "policyPort"> {
  readonly folder: string;
  /** @defaultValue 20 000 000 */
  readonly maxMessageBytes?: number;
}

/** A running Postfix. */
export interface RunningPostfix {
  readonly pid: number;
  readonly ports: PostfixPorts;
  readonly maxMessageBytes: number;
  readonly logFile: string;
  stop(): Promise<void>;
}

/**
 * Starts a Postfix of its own that takes mail for {@link liveUsers} and hands it to Dovecot by LMTP. Needs root, because
 * Postfix's master process does.
 */
export function startPostfix(options: StartPostfixOptions): Promise<RunningPostfix> {
  return withFreshPorts(() => startOnce(options));
}

async function startOnce(options: StartPostfixOptions): Promise<RunningPostfix> {
  const folder = join(options.folder, "postfix");
  const recipientsFile = join(folder, "recipients");
  const logFile = join(folder, "postfix.log");
  const maxMessageBytes = options.maxMessageBytes ?? DEFAULT_MAX_MESSAGE_BYTES;
  for (const name of ["", "queue", "data"]) await mkdir(join(folder, name), { recursive: true });
  await run("chown", ["postfix:", join(folder, "data")]);

  const ports = await choosePorts();
  const settings = { ...options, folder, recipientsFile, maxMessageBytes, ports };
  await writeFile(join(folder, "main.cf"), createMainConfig(settings));
  await writeFile(join(folder, "master.cf"), createMasterConfig(settings));
  await writeFile(join(folder, "header_checks"), HEADER_CHECKS);
  const recipients = [
    ...liveUsers.map((user) => user.address),
    `deferred@${MAIL_DOMAIN}`,
    `blocked@${MAIL_DOMAIN}`,
    // Nobody of Dovecot's: known here alone.
    `moved-away@${MAIL_DOMAIN}`,
  ];
  await writeFile(recipientsFile, recipients.map((address) => `${address} known\n`).join(""));

  // `check` creates the queue's folders. The master is started directly: `postfix start-fg` puts a shell in between
  // that ends without it.
  await run("postfix", ["-c", folder, "check"]);
  const { stdout } = await run("postconf", ["-h", "-c", folder, "daemon_directory"]);
  const server = await startServerProcess({
    name: "Postfix",
    command: join(stdout.trim(), "master"),
    args: ["-c", folder, "-s"],
    logFile,
    ports: [ports.submission, ports.smtps, ...Object.values(ports.variants)],
    greeting: "220",
  });
  return { pid: server.pid, ports, maxMessageBytes, logFile, stop: server.stop };
}

async function choosePorts(): Promise<PostfixPorts> {
  const names = Object.keys(smtpVariants);
  const [submission = 0, smtps = 0, ...others] = await freePorts(2 + names.length);
  return {
    submission,
    smtps,
    variants: Object.fromEntries(names.map((name, index) => [name, others[index] ?? 0])),
  };
}
