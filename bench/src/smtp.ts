import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { startLatency } from "./latency.js";
import { type BenchMessage, mailwright, nodemailer, type SmtpPeer } from "./smtp-peers.js";
import { startSmtpSink, timeSmtpSource } from "./smtp-sink.js";

interface Scenario {
  readonly name: string;
  readonly messages: number;
  readonly connections: number;
  readonly fileBytes?: number;
  readonly latencyMs?: number;
  readonly rounds: number;
}

const TEXT = `${"The quick brown fox jumps over the lazy dog, again.\n".repeat(18)}`;
const SCENARIOS: readonly Scenario[] = [
  { name: "5 000 small messages, 1 connection", messages: 5_000, connections: 1, rounds: 5 },
  { name: "5 000 small messages, 10 connections", messages: 5_000, connections: 10, rounds: 5 },
  {
    name: "500 small messages at 40 ms, 10 connections",
    messages: 500,
    connections: 10,
    latencyMs: 40,
    rounds: 5,
  },
  {
    name: "50 messages of 5 MB, 5 connections",
    messages: 50,
    connections: 5,
    fileBytes: 5_000_000,
    rounds: 5,
  },
];
const MANY = 100_000;
const MAX_GROWTH_BYTES = 20 * 1024 * 1024;

/**
 * Our client beside nodemailer's pool and Postfix's smtp-source, all against smtp-sink, in turn within one
 * run; then the memory of 100 000 messages through `sendAll`. Fails below nodemailer's speed, or when the
 * heap grows.
 */
async function main(): Promise<void> {
  await using sink = await startSmtpSink();
  if (sink === undefined) {
    console.log("SKIPPED smtp: smtp-sink not found (apt-get install --no-install-recommends postfix)");
    return;
  }
  for (const scenario of SCENARIOS) await compare(sink.port, scenario);
  await measureMemory(sink.port);
}

async function compare(sinkPort: number, scenario: Scenario): Promise<void> {
  const { messages, connections, fileBytes, latencyMs, rounds } = scenario;
  await using proxy = latencyMs === undefined ? undefined : await startLatency(sinkPort, latencyMs);
  const port = proxy?.port ?? sinkPort;
  const file = fileBytes === undefined ? undefined : Buffer.alloc(fileBytes, "binary content, more or less ");
  const peers = [mailwright(port, connections), nodemailer(port, connections)];
  const rates = new Map<string, number[]>(peers.map(({ name }) => [name, []]));
  for (const peer of peers) await measure(peer, { ...scenario, messages: Math.ceil(messages / 10) }, file);
  for (let round = 0; round < rounds; round++) {
    // Who goes first changes, so that neither always runs on the other's garbage.
    const order = round % 2 === 0 ? peers : peers.toReversed();
    for (const peer of order) rates.get(peer.name)?.push(await measure(peer, scenario, file));
  }
  for (const peer of peers) await peer.close();
  const sizeBytes = fileBytes === undefined ? TEXT.length : (fileBytes * 78) / 57;
  const source = await timeSmtpSource(port, { messages, connections, sizeBytes: Math.round(sizeBytes) });
  const ours = median(rates.get("mailwright") ?? []);
  const theirs = median(rates.get("nodemailer") ?? []);
  console.log(`smtp, ${scenario.name}`);
  for (const [name, all] of rates) console.log(`  ${name.padEnd(12)} ${median(all).toFixed(0)} messages/s`);
  console.log(
    `  smtp-source  ${(messages / (source / 1_000)).toFixed(0)} messages/s (C, nothing to compose)`,
  );
  console.log(`  mailwright / nodemailer: ${(ours / theirs).toFixed(2)} (bar: 1.00)`);
  if (ours < theirs) process.exitCode = 1;
}

async function measure(peer: SmtpPeer, { messages, connections }: Scenario, file?: Buffer): Promise<number> {
  let next = 0;
  const caller = async (): Promise<void> => {
    for (let n = next++; n < messages; n = next++) await peer.send(message(n, file));
  };
  collectGarbage();
  const since = performance.now();
  await Promise.all(Array.from({ length: connections * 2 }, caller));
  return messages / ((performance.now() - since) / 1_000);
}

async function measureMemory(port: number): Promise<void> {
  const { client } = mailwright(port, 10);
  const source = (function* () {
    for (let n = 0; n < MANY; n++) yield { to: ["bob@example.org"], ...message(n) };
  })();
  const heaps: number[] = [];
  for await (const { index } of client.sendAll(source)) {
    if ((index + 1) % (MANY / 10) === 0) heaps.push(heapUsed());
  }
  await client.close();
  const growth = (heaps.at(-1) ?? 0) - (heaps[0] ?? 0);
  console.log(`smtp, heap over ${MANY} messages through sendAll, every ${MANY / 10}`);
  console.log(`  ${heaps.map((bytes) => `${(bytes / 1e6).toFixed(1)} MB`).join(", ")}`);
  if (growth > MAX_GROWTH_BYTES) process.exitCode = 1;
}

function message(n: number, file?: Buffer): BenchMessage {
  return { subject: `Message ${n}`, text: TEXT, ...(file === undefined ? {} : { file }) };
}

function heapUsed(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

setFlagsFromString("--expose-gc");
const gc: unknown = runInNewContext("gc");

function collectGarbage(): void {
  if (typeof gc === "function") gc();
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

await main();
