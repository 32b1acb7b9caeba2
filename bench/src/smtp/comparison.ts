import { startLatency } from "../latency.js";
import { type SmtpFigures, type SmtpLoad, sendLoad, TEXT_BYTES } from "./load.js";
import { mailwright, nodemailer, type SmtpTarget } from "./peers.js";
import { timeSmtpSource } from "./sink.js";

/** What is compared. */
export interface SmtpScenario extends SmtpLoad {
  readonly name: string;
  /** Round-trip time to the server. */
  readonly latencyMs?: number;
  /** Of our speed in units of nodemailer's. */
  readonly bar: number;
  /** Postfix's own generator of load, which knows no CHUNKING, sends the same amount. */
  readonly hasSmtpSource?: boolean;
}

const ROUNDS = 5;

/** Our client beside nodemailer's pool, by turns within this process; fails below the scenario's bar. */
export async function compareSenders(server: SmtpTarget, scenario: SmtpScenario): Promise<void> {
  const { messages, connections, latencyMs, bar } = scenario;
  await using proxy = latencyMs === undefined ? undefined : await startLatency(server.port, latencyMs);
  const target = { ...server, port: proxy?.port ?? server.port };
  const peers = [mailwright(target, connections), nodemailer(target, connections)];
  const figures = new Map<string, SmtpFigures[]>(peers.map(({ name }) => [name, []]));
  for (const peer of peers) await sendLoad(peer, { ...scenario, messages: Math.ceil(messages / 10) });
  for (let round = 0; round < ROUNDS; round++) {
    // Who goes first changes, so that neither always runs on the other's garbage.
    const order = round % 2 === 0 ? peers : peers.toReversed();
    for (const peer of order) figures.get(peer.name)?.push(await sendLoad(peer, scenario));
  }
  for (const peer of peers) await peer.close();
  console.log(`smtp, ${scenario.name}`);
  const [ours, theirs] = peers.map(({ name }) => tell(name, figures.get(name) ?? []));
  if (scenario.hasSmtpSource === true) await tellSmtpSource(target.port, scenario);
  if (ours === undefined || theirs === undefined) return;
  const ratio = ours.messagesPerSecond / theirs.messagesPerSecond;
  const processor = theirs.processorMs / ours.processorMs;
  console.log(`  mailwright / nodemailer: ${ratio.toFixed(2)} (bar: ${bar.toFixed(2)})`);
  // Over a distance both wait most of the time, and a bar of speed is no bar of work.
  const least = latencyMs === undefined ? bar : 1;
  const told = `${processor.toFixed(2)} (bar: ${least.toFixed(2)})`;
  console.log(`  processor time of a message, nodemailer / mailwright: ${told}`);
  if (ratio < bar || processor < least) process.exitCode = 1;
}

function tell(name: string, all: readonly SmtpFigures[]): SmtpFigures {
  const messagesPerSecond = median(all.map((figures) => figures.messagesPerSecond));
  const processorMs = median(all.map((figures) => figures.processorMs));
  const each = `${processorMs.toFixed(3)} ms of processor time each`;
  console.log(`  ${name.padEnd(12)} ${messagesPerSecond.toFixed(0)} messages/s, ${each}`);
  return { messagesPerSecond, processorMs };
}

async function tellSmtpSource(port: number, { messages, connections, fileBytes }: SmtpLoad): Promise<void> {
  const sizeBytes = Math.round(fileBytes === undefined ? TEXT_BYTES : (fileBytes * 78) / 57);
  const milliseconds = await timeSmtpSource(port, { messages, connections, sizeBytes });
  const rate = (messages / (milliseconds / 1_000)).toFixed(0);
  console.log(`  smtp-source  ${rate} messages/s (C, nothing to compose)`);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
