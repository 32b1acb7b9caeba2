import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startLatency } from "../latency.js";
import { runUnderServers } from "../run-under-servers.js";
import { fillMaildir, type KnownMailbox } from "./mailbox.js";
import {
  hangs,
  hasMpop,
  mailwright,
  mpop,
  newClient,
  nodePop3,
  type Pop3Peer,
  type Pop3Target,
} from "./peers.js";
import { rawSameCommands, rawSocket } from "./raw.js";
import { measureCursors } from "./sync.js";

/**
 * Fetches one mailbox of a real Dovecot with this client and its peers, in one run: on loopback, and with
 * 40 ms of round trip. Starts the servers by itself when it is not run under them.
 */
async function main(): Promise<void> {
  const live = process.env["MAILWRIGHT_LIVE"];
  if (live === undefined) await runUnderServers(fileURLToPath(import.meta.url));
  else await compare(JSON.parse(live));
}

interface Live {
  readonly pop3: { readonly port: number };
  readonly users: readonly { readonly user: string; readonly password: string }[];
  readonly maildirRoot: string;
}

const LOOPBACK_MESSAGES = 1_000;
const DISTANT_MESSAGES = 1_000;
const ROUND_TRIP_MS = 40;
const RUNS = 8;
const DISTANT_RUNS = 5;

async function compare({ pop3, users, maildirRoot }: Live): Promise<void> {
  const account = users.at(-2);
  if (account === undefined) throw new Error("No live account");
  const maildir = join(maildirRoot, account.user);
  const { user, password } = account;
  const all = await fillMaildir(maildir, LOOPBACK_MESSAGES);
  console.log(`POP3: ${LOOPBACK_MESSAGES} messages, ${megabytes(all.bytes)} MB, loopback`);
  const near = { port: pop3.port, user, password, count: LOOPBACK_MESSAGES };
  const names = {
    "raw socket": rawSocket,
    mailwright,
    ...((await hasMpop()) ? { mpop } : {}),
    "node-pop3": nodePop3,
  };
  if (!("mpop" in names))
    console.log("  SKIPPED mpop: not found (apt-get install --no-install-recommends mpop)");
  const onLoopback = await runPeers(names, near, all, RUNS);
  report(onLoopback, all);
  requireRatio("node-pop3 / mailwright on loopback", onLoopback, "node-pop3", "mailwright", 2);
  requireRatio("raw socket / mailwright on loopback", onLoopback, "raw socket", "mailwright", 0.85);

  const some = await fillMaildir(maildir, DISTANT_MESSAGES);
  await using latency = await startLatency(pop3.port, ROUND_TRIP_MS);
  console.log(
    `POP3: ${DISTANT_MESSAGES} messages, ${megabytes(some.bytes)} MB, ${ROUND_TRIP_MS} ms round trip`,
  );
  const far = { port: latency.port, user, password, count: DISTANT_MESSAGES };
  const { "node-pop3": slow, ...fast } = names;
  // One command a round trip: it takes a minute, and again would tell nothing new.
  const distant = {
    ...(await runPeers(
      { ...fast, "raw, asking": rawSameCommands, "new client": newClient },
      far,
      some,
      DISTANT_RUNS,
    )),
    ...(await runPeers({ "node-pop3": slow }, far, some, 1)),
  };
  report(distant, some);
  requireRatio("node-pop3 / mailwright at 40 ms", distant, "node-pop3", "mailwright", 30);
  requireRatio("mpop / mailwright at 40 ms", distant, "mpop", "mailwright", 1);
  requireRatio("raw socket / mailwright at 40 ms", distant, "raw socket", "mailwright", 0.8);
  requireRatio("raw, asking / new client at 40 ms", distant, "raw, asking", "new client", 0.8);
  if (!(await measureCursors())) fail("cursors cost too much, or messages are missing");
  if (hangs > 0) console.log(`node-pop3 hung ${hangs} times on a message whose end came in two segments`);
}

type Outcome = Record<string, { readonly milliseconds: number; readonly exact: number }>;

async function runPeers(
  peers: Readonly<Record<string, Pop3Peer>>,
  target: Pop3Target,
  { messages }: KnownMailbox,
  runs: number,
): Promise<Outcome> {
  const outcome: Outcome = {};
  for (let run = 0; run < runs; run++) {
    for (const [name, peer] of Object.entries(peers)) {
      let exact = 0;
      const hungBefore = hangs;
      const startedAt = performance.now();
      const verify = await peer(target, (number, source) => {
        if (messages[number - 1]?.equals(source) === true) exact++;
      });
      const milliseconds = performance.now() - startedAt - (hangs - hungBefore) * 5_100;
      await verify?.();
      const best = outcome[name]?.milliseconds ?? Number.POSITIVE_INFINITY;
      outcome[name] = { milliseconds: Math.min(best, milliseconds), exact };
    }
  }
  return outcome;
}

function report(outcome: Outcome, { messages, bytes }: KnownMailbox): void {
  for (const [name, { milliseconds, exact }] of Object.entries(outcome)) {
    const speed = megabytes(bytes / (milliseconds / 1000));
    const equal = name.startsWith("raw") ? "not kept" : `${exact} of ${messages.length} byte-equal`;
    console.log(
      `  ${name.padEnd(12)}${milliseconds.toFixed(0).padStart(7)} ms ${speed.padStart(7)} MB/s  ${equal}`,
    );
  }
  if (outcome["mailwright"]?.exact !== messages.length)
    fail("mailwright did not fetch every message byte for byte");
}

function requireRatio(what: string, outcome: Outcome, over: string, under: string, least: number): void {
  const [above, below] = [outcome[over], outcome[under]];
  // A peer that is not installed was told before.
  if (above === undefined || below === undefined) return;
  const ratio = above.milliseconds / below.milliseconds;
  console.log(`  ${what}: ${ratio.toFixed(2)} (bar: ${least})`);
  if (ratio < least) fail(`${what} is under ${least}`);
}

function fail(message: string): void {
  console.log(`  FAILED: ${message}`);
  process.exitCode = 1;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

await main();
