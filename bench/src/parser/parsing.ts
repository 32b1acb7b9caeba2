import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseMessage } from "@mailwright/parser";
import { simpleParser } from "mailparser";
import PostalMime from "postal-mime";
import { createMessage, readCorpora } from "./messages.js";

/** Reads one message and answers something that depends on what it read. */
type Reader = (source: Buffer) => unknown;

const MESSAGES = 1_000;
/** Each reader has a process of its own in every round, by turns: what slows the machine down for a while slows all. */
const ROUNDS = 3;
/** Processor time until a reader's code is as fast as it gets, and passes: the first of a slow one takes a second. */
const WARM_UP_MS = 3_000;
const WARM_UP_PASSES = 7;
/** Processor time of one measurement, many passes where a pass is short: it holds its share of garbage collections. */
const MEASURE_MS = 1_500;
const STREAM_BYTES = 300_000_000;
const STREAM_RUNS = 5;
/** As fast as mailparser itself, but for what the clock of a busy machine is worth. */
const STREAM_BAR = 0.95;
const STREAM_MAX_BYTES = 100_000_000;
/** mailparser at its fastest: without the text versions of HTML, links and inlined images. */
const FAST = { skipHtmlToText: true, skipTextToHtml: true, skipTextLinks: true, skipImageLinks: true };

const JOBS: Readonly<Record<string, Reader>> = {
  "structure and headers": (source) => {
    const message = parseMessage(source);
    let read = message.structure.children.length + message.from.length + message.to.length;
    for (const { value } of message.headers) read += value.length;
    return read + (message.subject?.length ?? 0) + (message.date?.getTime() ?? 0);
  },
  "text and HTML decoded": (source) => {
    const message = parseMessage(source);
    return (message.subject?.length ?? 0) + (message.text?.length ?? 0) + (message.html?.length ?? 0);
  },
  "everything decoded": (source) => {
    const message = parseMessage(source);
    let read =
      message.from.length + message.to.length + (message.text?.length ?? 0) + (message.html?.length ?? 0);
    for (const { value } of message.headers) read += value.length;
    for (const attachment of message.attachments) read += attachment.content().length;
    return read;
  },
};

const PEERS: Readonly<Record<string, Reader>> = {
  mailparser: (source) => simpleParser(source, FAST),
  "postal-mime": (source) => PostalMime.parse(source),
};

const SETS: Readonly<Record<string, () => Buffer[]>> = {
  generated: () => Array.from({ length: MESSAGES }, (_, index) => createMessage(index)),
  corpora: readCorpora,
};

/** What must hold: how many times faster than each peer. */
const BARS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  "structure and headers": { mailparser: 20 },
  "text and HTML decoded": { mailparser: 15 },
  "everything decoded": { mailparser: 10, "postal-mime": 8 },
};

async function main(): Promise<void> {
  const [set, reader] = process.argv.slice(2);
  if (set !== undefined && reader !== undefined) return measure(set, reader);
  for (const name of Object.keys(SETS)) {
    if (SETS[name]?.().length === 0)
      console.log("\nSKIPPED parser, corpora: ../shared/corpora does not exist");
    else compare(name);
  }
  compareStreams();
}

/** One reader in a process of its own: neither its garbage nor its code is in the way of another. */
async function measure(set: string, reader: string): Promise<void> {
  const sources = SETS[set]?.() ?? [];
  const read = { ...PEERS, ...JOBS }[reader];
  if (read === undefined) throw new Error(`No such reader: ${reader}`);
  await passesFor(WARM_UP_MS, read, sources, WARM_UP_PASSES);
  console.log(await passesFor(MEASURE_MS, read, sources));
}

/** Milliseconds of one pass, the mean of as many as take so long. */
async function passesFor(
  leastMs: number,
  read: Reader,
  sources: readonly Buffer[],
  leastPasses = 1,
): Promise<number> {
  let [passes, spentMs] = [0, 0];
  for (; spentMs < leastMs || passes < leastPasses; passes++) spentMs += await timeOf(read, sources);
  return spentMs / passes;
}

function compare(set: string): void {
  const sources = SETS[set]?.() ?? [];
  const bytes = sources.reduce((sum, source) => sum + source.length, 0);
  console.log(
    `\nparser, ${set}: ${sources.length} messages, ${(bytes / 1e6).toFixed(1)} MB; processor time of a pass, median of ${ROUNDS}`,
  );
  const rounds = Array.from({ length: ROUNDS }, () => runRound(set));
  for (const reader of Object.keys({ ...PEERS, ...JOBS })) {
    const ms = medianOf(rounds.map((round) => round.get(reader) ?? 0));
    console.log(
      `  ${reader.padEnd(24)} ${ms.toFixed(1).padStart(7)} ms  ${(bytes / ms / 1e3).toFixed(0).padStart(6)} MB/s`,
    );
  }
  for (const job of Object.keys(JOBS)) {
    for (const peer of Object.keys(PEERS)) {
      const ratio = medianOf(rounds.map((round) => (round.get(peer) ?? 0) / (round.get(job) ?? 1)));
      const bar = BARS[job]?.[peer];
      const isMet = bar === undefined || ratio >= bar;
      if (!isMet) process.exitCode = 1;
      console.log(
        `  ${job}: ${ratio.toFixed(1)} × ${peer}${bar === undefined ? "" : ` (bar ${bar}${isMet ? "" : ", MISSED"})`}`,
      );
    }
  }
}

function runRound(set: string): ReadonlyMap<string, number> {
  const self = fileURLToPath(import.meta.url);
  return new Map(
    Object.keys({ ...PEERS, ...JOBS }).map((reader) => [
      reader,
      Number(execFileSync(process.execPath, [self, set, reader], { encoding: "utf8" })),
    ]),
  );
}

function medianOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

/** Processor time: what else the machine does must not count. */
async function timeOf(read: Reader, sources: readonly Buffer[]): Promise<number> {
  const before = process.cpuUsage();
  for (const source of sources) await read(source);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

function compareStreams(): void {
  console.log(`\nparser, one message of ${STREAM_BYTES / 1e6} MB as a stream, best of ${STREAM_RUNS}`);
  const best = new Map<string, { ms: number; peakBytes: number }>();
  for (let run = 0; run < STREAM_RUNS; run++) {
    for (const peer of ["mailparser", "mailwright"]) {
      const { ms, peakBytes, idleBytes } = runStream(peer);
      const known = best.get(peer);
      if (known === undefined || ms < known.ms) best.set(peer, { ms, peakBytes: peakBytes - idleBytes });
    }
  }
  for (const [peer, { ms, peakBytes }] of best)
    console.log(
      `  ${peer.padEnd(24)} ${ms.toFixed(0).padStart(6)} ms  ${(peakBytes / 1e6).toFixed(0).padStart(6)} MB over an idle process`,
    );
  const [theirs, ours] = [best.get("mailparser"), best.get("mailwright")];
  if (theirs === undefined || ours === undefined) return;
  const ratio = theirs.ms / ours.ms;
  const isMet = ratio >= STREAM_BAR && ours.peakBytes < STREAM_MAX_BYTES;
  if (!isMet) process.exitCode = 1;
  console.log(
    `  stream: ${ratio.toFixed(2)} × mailparser (bar ${STREAM_BAR}, less than 100 MB${isMet ? "" : ", MISSED"})`,
  );
}

function runStream(peer: string): { ms: number; peakBytes: number; idleBytes: number } {
  const script = fileURLToPath(new URL("./stream.js", import.meta.url));
  return JSON.parse(
    execFileSync(process.execPath, [script, peer, String(STREAM_BYTES)], { encoding: "utf8" }),
  );
}

await main();
