import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runUnderServers } from "../run-under-servers.js";
import { emptyMaildir, fillMaildir } from "./mailbox.js";
import {
  type ImapTarget,
  imapflowListing,
  imapflowWithSimpleParser,
  loadImapflow,
  loadMailwright,
  mailwrightFull,
  mailwrightListing,
  mailwrightText,
  type Pass,
} from "./peers.js";

const SELF = fileURLToPath(import.meta.url);
const MESSAGES = Number(process.env["BENCH_IMAP_MESSAGES"] ?? 5_000);
const BYTES_EACH = 36_000;
const RUNS = 3;
const PASSES = 3;

const peers = {
  "mailwright text": mailwrightText,
  "mailwright full": mailwrightFull,
  "imapflow + simpleParser": imapflowWithSimpleParser,
  "mailwright listing": mailwrightListing,
  "imapflow listing": imapflowListing,
} as const;
type PeerName = keyof typeof peers;

/** What a pass over the mailbox took. */
interface Effort {
  readonly milliseconds: number;
  /** Of the client's process, while it reads: other load on the machine hardly shows in it. */
  readonly processorMs: number;
}

interface Measured extends Pass {
  /** While V8 still interprets the code, and compiles what is used most: a program that reads once and ends. */
  readonly first: Effort;
  /** The best of those that follow in the same process: a back end. */
  readonly later: Effort;
  /** After the first pass. */
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
      best.set(name, known === undefined ? measured : bestOf(known, measured));
    }
  }
  for (const [name, measured] of best) {
    const { first, later, receivedBytes, peakMegabytes, messages, attachments } = measured;
    const columns = [
      `first pass ${effort(first)}, later ${effort(later)}`,
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
  for (const measured of best.values())
    if (measured.messages !== messages) fail("A peer did not read every message");
  const whole = of(best, "imapflow + simpleParser");
  for (const [name, measured] of best)
    if (measured.attachments !== whole.attachments) fail(`${name} counts other attachments`);
  const text = of(best, "mailwright text");
  compareBoth("text", text, whole, 5, 5);
  requireRatio(
    "text: imapflow + simpleParser / mailwright, bytes",
    whole.receivedBytes / text.receivedBytes,
    6.25,
  );
  requireRatio(
    "text: imapflow + simpleParser / mailwright, memory",
    whole.peakMegabytes / text.peakMegabytes,
    1,
  );
  const full = of(best, "mailwright full");
  compareBoth("full", full, whole, 4, 3.2);
  requireRatio(
    "full: imapflow + simpleParser / mailwright, memory",
    whole.peakMegabytes / full.peakMegabytes,
    1,
  );
  const [listing, flowListing] = [of(best, "mailwright listing"), of(best, "imapflow listing")];
  compareBoth("listing", listing, flowListing, 2.5, 2.5);
  requireRatio(
    "listing: imapflow / mailwright, memory",
    flowListing.peakMegabytes / listing.peakMegabytes,
    1,
  );
}

/** Each figure is the best of its kind: collections of garbage come at other moments in every run. */
function bestOf(known: Measured, measured: Measured): Measured {
  return {
    ...measured,
    first: faster(known.first, measured.first),
    later: faster(known.later, measured.later),
    peakMegabytes: Math.min(known.peakMegabytes, measured.peakMegabytes),
  };
}

function faster(one: Effort, other: Effort): Effort {
  return other.milliseconds < one.milliseconds ? other : one;
}

function effort({ milliseconds, processorMs }: Effort): string {
  return `${milliseconds.toFixed(0).padStart(5)} ms (${processorMs.toFixed(0).padStart(5)} ms of processor)`;
}

function of(best: ReadonlyMap<PeerName, Measured>, name: PeerName): Measured {
  const measured = best.get(name);
  if (measured === undefined) throw new Error(`${name} is missing`);
  return measured;
}

/** `leastFirst` is for the first pass of a process. */
function compareBoth(what: string, ours: Measured, peers: Measured, least: number, leastFirst: number): void {
  for (const [pass, bar] of [
    ["first", leastFirst],
    ["later", least],
  ] as const) {
    const compared = `${what}, ${pass} pass: the peer's / mailwright's`;
    requireRatio(`${compared} time`, peers[pass].milliseconds / ours[pass].milliseconds, bar);
    requireRatio(`${compared} processor time`, peers[pass].processorMs / ours[pass].processorMs, bar);
  }
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
  // What is compared is the work on a mailbox; what loading takes, a test of the installed packages tells.
  await (name.startsWith("mailwright") ? loadMailwright : loadImapflow)(target);
  const read = async (): Promise<{ readonly pass: Pass; readonly effort: Effort }> => {
    const [startedAt, before] = [performance.now(), process.cpuUsage()];
    const pass = await peers[name](target);
    const milliseconds = performance.now() - startedAt;
    const { user, system } = process.cpuUsage(before);
    return { pass, effort: { milliseconds, processorMs: (user + system) / 1000 } };
  };
  const { pass, effort: first } = await read();
  const peakMegabytes = process.resourceUsage().maxRSS / 1024;
  let later: Effort = { milliseconds: Number.POSITIVE_INFINITY, processorMs: Number.POSITIVE_INFINITY };
  for (let number = 2; number <= PASSES; number++) later = faster(later, (await read()).effort);
  process.send?.({ ...pass, first, later, peakMegabytes } satisfies Measured);
  process.disconnect();
}

function isPeer(name: string): name is PeerName {
  return Object.hasOwn(peers, name);
}

await main();
