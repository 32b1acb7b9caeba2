import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { writeTokenSettings } from "./access-tokens.js";
import type { CyrusPorts } from "./cyrus-config.js";
import { imapVariants, withoutCapabilities } from "./imap-variants.js";
import type { ListenerPorts, LiveEnvironment } from "./live-environment.js";
import { liveUsers } from "./live-users.js";
import { readCapabilities } from "./read-capabilities.js";
import { startReaper } from "./reaper.js";
import { specialRecipients, startRecipientPolicy } from "./recipient-policy.js";
import { lastLines } from "./server-process.js";
import { type RunningCyrus, startCyrus } from "./start-cyrus.js";
import { type RunningDovecot, startDovecot } from "./start-dovecot.js";
import { type RunningPostfix, startPostfix } from "./start-postfix.js";
import { createThrowawayCertificate } from "./throwaway-certificate.js";

/** Not TMPDIR: paths of sockets may have 107 bytes only, and the servers' own users must be able to get there. */
const BASE = "/tmp";

/** The administrator of Cyrus; Dovecot has none. */
const CYRUS_ADMIN = { user: "admin", password: "admin-secret" };

/** Which servers run beside Dovecot. */
export interface LiveServersOptions {
  /** Needs root. */
  readonly postfix: boolean;
  readonly cyrus: boolean;
}

/** All servers of one run. */
export interface LiveServers {
  readonly environment: LiveEnvironment;
  /** What the servers complained about, for the report of a failure. */
  readLogs(): Promise<string>;
  /** Ends every server that was started here and removes their files. */
  stop(): Promise<void>;
}

/** Starts Dovecot, its variants and what the options ask for, all in one temporary folder. */
export async function startLiveServers(options: LiveServersOptions): Promise<LiveServers> {
  const folder = await mkdtemp(join(BASE, "mailwright-live-"));
  const reaper = startReaper(folder);
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(stops.map((stopOne) => stopOne()));
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    reaper.dismiss();
  };
  try {
    return await startAll(folder, options, stops, stop);
  } catch (error) {
    const logs = await readLogs(folder);
    await stop();
    throw new Error(`The servers did not start\n${logs}`, { cause: error });
  }
}

async function startAll(
  folder: string,
  options: LiveServersOptions,
  stops: (() => Promise<void>)[],
  stop: () => Promise<void>,
): Promise<LiveServers> {
  // The servers' own users must reach their files below.
  await chmod(folder, 0o755);
  const certificate = await createThrowawayCertificate(folder);
  const maildirRoot = join(folder, "mail");
  await mkdir(maildirRoot);
  if (process.getuid?.() === 0) await promisify(execFile)("chown", ["mail:mail", maildirRoot]);
  const usersFile = join(folder, "users");
  await writeFile(
    usersFile,
    liveUsers.map(({ user, password }) => `${user}:{PLAIN}${password}::::::\n`).join(""),
  );

  const tokenSettings = await writeTokenSettings(folder);

  const shared = { folder, maildirRoot, usersFile, tokenSettings, certificate };
  const track = <T extends { stop(): Promise<void> }>(server: T): T => {
    stops.push(server.stop);
    return server;
  };
  const dovecot = track(await startDovecot({ ...shared, name: "dovecot" }));
  const announced = await readCapabilities(dovecot.ports.imap, firstUser());
  const variants = await allOrNothing(
    Object.entries(imapVariants).map(async ([name, { without, extraConfig = "" }]) => {
      // Told what to announce, Dovecot keeps silent about what its plugins add.
      const capability =
        without === undefined ? {} : { imapCapability: withoutCapabilities(announced, without) };
      const protocols = ["imap"] as const;
      const variant = track(await startDovecot({ ...shared, name, protocols, ...capability, extraConfig }));
      return [name, variant] as const;
    }),
  );
  const policy = track(await startRecipientPolicy());
  const postfix = options.postfix
    ? track(
        await startPostfix({
          folder,
          certificate,
          saslSocket: dovecot.saslSocket,
          lmtpPort: dovecot.ports.lmtp,
          policyPort: policy.port,
        }),
      )
    : undefined;
  const cyrus = options.cyrus
    ? track(await startCyrus({ folder, certificate, users: liveUsers, admin: CYRUS_ADMIN }))
    : undefined;

  return {
    environment: {
      host: "127.0.0.1",
      ca: certificate.ca,
      imap: imapPorts(dovecot.ports),
      pop3: { port: dovecot.ports.pop3, tlsPort: dovecot.ports.pop3s },
      ...(postfix ? { smtp: smtpPorts(postfix, dovecot) } : {}),
      imapVariants: Object.fromEntries(variants.map(([name, variant]) => [name, imapPorts(variant.ports)])),
      ...(cyrus ? { cyrus: cyrusPorts(cyrus) } : {}),
      smtpVariants: Object.fromEntries(
        Object.entries(postfix?.ports.variants ?? {}).map(([name, port]) => [name, { port }]),
      ),
      users: liveUsers,
      recipients: specialRecipients,
      maildirRoot,
    },
    readLogs: () => readLogs(folder),
    stop,
  };
}

/** What the servers complained about, the last complaints of each. */
async function readLogs(folder: string): Promise<string> {
  const complaint = /\b(warning|error|fatal|panic|reject):/i;
  // Postfix expects its queue where the distribution puts it, and looks for a name service that it then does without.
  const expected = /not owned by root|group or other writable|dict_nis_init/;
  const found: string[] = [];
  for (const path of await readdir(folder, { recursive: true })) {
    if (!path.endsWith(".log") || path.startsWith("mail/")) continue;
    const lines = (await readFile(join(folder, path), "utf8"))
      .split("\n")
      .filter((line) => complaint.test(line) && !expected.test(line));
    if (lines.length > 0) found.push(`${path}:\n${lastLines(lines.join("\n"), 15)}`);
  }
  return found.join("\n");
}

/** Like `Promise.all`, but waits for the stragglers, so that they too are known when everything is stopped. */
async function allOrNothing<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}

function firstUser(): (typeof liveUsers)[number] {
  const [user] = liveUsers;
  if (user === undefined) throw new Error("The set-up has no users");
  return user;
}

function imapPorts({ imap, imaps }: CyrusPorts): ListenerPorts {
  return { port: imap, tlsPort: imaps };
}

function cyrusPorts({ ports, variants }: RunningCyrus): NonNullable<LiveEnvironment["cyrus"]> {
  const others = Object.entries(variants).map(([name, variant]) => [name, imapPorts(variant)]);
  return { ...imapPorts(ports), variants: Object.fromEntries(others), admin: CYRUS_ADMIN };
}

function smtpPorts(
  { ports, maxMessageBytes }: RunningPostfix,
  dovecot: RunningDovecot,
): NonNullable<LiveEnvironment["smtp"]> {
  return { port: ports.submission, tlsPort: ports.smtps, lmtpPort: dovecot.ports.lmtp, maxMessageBytes };
}
