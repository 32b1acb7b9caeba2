import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { emptyMaildir, fillMaildir } from "./imap-mailbox.js";
import {
  type ImapTarget,
  imapflowWithSimpleParser,
  mailwrightFull,
  mailwrightText,
  type Pass,
} from "./imap-peers.js";
import { runUnderServers } from "./run-under-servers.js";

const SELF = fileURLToPath(import.meta.url);
const MESSAGES = Number(process.env["BENCH_IMAP_MESSAGES"] ?? 5_000);
const BYTES_EACH = 36_000;
const RUNS = 3;

const peers = {
  "mailwright text": mailwrightText,
  "mailwright full": mailwrightFull,
  "imapflow + simpleParser": imapflowWithSimpleParser,
} as const;
type PeerName = keyof typeof peers;

interface Measured extends Pass {
  readonly milliseconds: number;
  /** Of the client's process, start included: other load on the machine does not show in it. */
  readonly processorMs: number;
  readonly peakMegabytes: number;
}

interface Live {
  readonly imap: { readonly port: number };
  readonly users: readonly { readonly user: string; readonly password: string }[];
  readonly maildirRoot: string;
}

/**
 * Reads one mailbox of a real Dovecot with this client and with imapflow + simpleParser, in one run, each
 * in a process of its own. Starts the servers by itself when it is not run under them.
 */
async function main(): Promise<void> {
  const [peer, target] = process.argv.slice(2);
  if (peer !== undefined && target !== undefined && isPeer(peer)) await measure(peer, JSON.parse(target));
  else if (process.env["MAILWRIGHT_LIVE"] === undefined) await runUnderServers(SELF);
  else await compare(JSON.parse(process.env["MAILWRIGHT_LIVE"]));
}

async function compare({ imap, users, maildirRoot }: Live): Promise<void> {
  const account = users.at(-3);
  if (account === undefined) throw new Error("No live account");
  const maildir = join(maildirRoot, account.user);
  const filled = await fillMaildir(maildir, MESSAGES, BYTES_EACH);
  const megabytes = (filled.bytes / 1e6).toFixed(0);
  console.log(
    `IMAP: ${filled.messages} messages, ${megabytes} MB, a real Dovecot on loopback, best of ${RUNS}`,
  );
  const target: ImapTarget = { port: imap.port, user: account.user, password: account.password };
  const best = new Map<PeerName, Measured>();
  for (let run = 0; run < RUNS; run++) {
    for (const name of Object.keys(peers).filter(isPeer)) {
      const measured = await runPeer(name, target);
      const known = best.get(name);
      if (known === undefined || measured.milliseconds < known.milliseconds) best.set(name, measured);
    }
  }
  for (const [name, measured] of best) {
    const { milliseconds, processorMs, receivedBytes, peakMegabytes, messages, attachments } = measured;
    const columns = [
      `${milliseconds.toFixed(0).padStart(7)} ms`,
      `${processorMs.toFixed(0).padStart(6)} ms of processor`,
      `${(receivedBytes / 1e6).toFixed(1).padStart(7)} MB`,
      `${peakMegabytes.toFixed(0).padStart(5)} MB peak memory`,
      `${messages} messages, ${attachments} attachments`,
    ];
    console.log(`  ${name.padEnd(26)}${columns.join("  ")}`);
  }
  await emptyMaildir(maildir);
  judge(best, filled.messages);
}

function judge(best: ReadonlyMap<PeerName, Measured>, messages: number): void {
  const text = best.get("mailwright text");
  const full = best.get("mailwright full");
  const peer = best.get("imapflow + simpleParser");
  if (text === undefined || full === undefined || peer === undefined) throw new Error("A peer is missing");
  for (const measured of [text, full, peer])
    if (measured.messages !== messages) fail("A peer did not read every message");
  if (text.attachments !== peer.attachments || full.attachments !== peer.attachments)
    fail("The peers count other attachments");
  requireRatio(
    "text: imapflow + simpleParser / mailwright, time",
    peer.milliseconds / text.milliseconds,
    2.5,
  );
  const processor = peer.processorMs / text.processorMs;
  console.log(`  text: imapflow + simpleParser / mailwright, processor time: ${processor.toFixed(2)}`);
  requireRatio(
    "text: imapflow + simpleParser / mailwright, bytes",
    peer.receivedBytes / text.receivedBytes,
    5,
  );
  requireRatio(
    "text: imapflow + simpleParser / mailwright, memory",
    peer.peakMegabytes / text.peakMegabytes,
    1,
  );
  requireRatio("full: imapflow + simpleParser / mailwright, time", peer.milliseconds / full.milliseconds, 2);
}

function requireRatio(what: string, ratio: number, least: number): void {
  console.log(`  ${what}: ${ratio.toFixed(2)} (bar: ${least})`);
  if (ratio < least) fail(`${what} is under ${least}`);
}

function fail(message: string): void {
  console.log(`  FAILED: ${message}`);
  process.exitCode = 1;
}

async function runPeer(name: PeerName, target: ImapTarget): Promise<Measured> {
  const child = fork(SELF, [name, JSON.stringify(target)], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const [[measured]] = await Promise.all([once(child, "message"), once(child, "exit")]);
  return measured;
}

async function measure(name: PeerName, target: ImapTarget): Promise<void> {
  const startedAt = performance.now();
  const pass = await peers[name](target);
  const milliseconds = performance.now() - startedAt;
  const peakMegabytes = process.resourceUsage().maxRSS / 1024;
  const { user, system } = process.cpuUsage();
  process.send?.({ ...pass, milliseconds, processorMs: (user + system) / 1000, peakMegabytes });
  process.disconnect();
}

function isPeer(name: string): name is PeerName {
  return Object.hasOwn(peers, name);
}

await main();
